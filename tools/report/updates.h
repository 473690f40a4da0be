// Which reports tell of two halves of one race.
//
// `*p = *p + 1` in two threads is one race, but maybe two reports: what one side writes meets what
// the other reads, and what it writes. Where a stock compiler instrumented the code, they have
// different columns, and so different fingerprints. That they are of one update shows where a
// process reports both: the same bytes, the same functions and the same lines on either side.
#ifndef HBSAN_TOOLS_REPORT_UPDATES_H_
#define HBSAN_TOOLS_REPORT_UPDATES_H_

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "tools/report/race.h"

namespace hbsan::tools {

class Updates {
 public:
  // `report` has its fingerprint.
  void Note(const Race& report);
  // The fingerprint of each race of a read, with that of the writes whose update it is part of.
  std::map<std::string, std::string> Halves() const;

 private:
  // What is known of one place and its two sides.
  struct Spot {
    std::string writes;              // the fingerprint of two writes; the smallest if several
    std::vector<std::string> reads;  // of a read and a write
  };
  std::unordered_map<uint64_t, Spot> spots_;  // by a hash of the place
};

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_REPORT_UPDATES_H_
