// Numbers the regions of a function: maximal parts without an inner end (see EndsRegion).
//
// Why a region matters. Let this thread touch a byte at A and again at B, both in one region, A on
// every path to B. An access X of another thread is ordered before B only through an acquire of
// this thread, after B only through a release; there is neither between A and B, so X is ordered
// with B exactly as with A. Hence X races with B if and only if it races with A (kinds permitting),
// and one check of the stronger kind serves for both.
#ifndef HBSAN_INSTRUMENTATION_PASS_REGIONS_H_
#define HBSAN_INSTRUMENTATION_PASS_REGIONS_H_

#include <cstdint>
#include <vector>

#include "instrumentation/pass/collect.h"

namespace hbsan {

enum class RegionId : uint64_t {};

// Two points of equal region, the first dominating the second, have no end on any path from the
// first's last execution to the second: a region's number is fresh wherever an end or a
// join of different regions makes it, and that point dominates all others of the region (as a store
// does in memory SSA).
class Regions {
 public:
  explicit Regions(const Collected& collected);

  RegionId Of(uint32_t block, uint32_t segment) const {
    return segment == 0 ? entry_[block] : Fresh(block, segment);
  }

 private:
  static RegionId Fresh(uint32_t block, uint32_t segment) {
    return RegionId{(uint64_t{block} << 32) | segment};
  }

  std::vector<RegionId> entry_;  // By index in Collected::blocks.
};

}  // namespace hbsan

#endif  // HBSAN_INSTRUMENTATION_PASS_REGIONS_H_
