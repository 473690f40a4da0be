#include "tools/report/updates.h"

#include <algorithm>
#include <functional>

#include "absl/strings/str_cat.h"
#include "tools/report/fingerprint.h"
#include "tools/report/frames.h"

namespace hbsan::tools {
namespace {

bool IsPlain(const Access& access) { return access.kind == "read" || access.kind == "write"; }

uint64_t HashOfPlace(const Race& report) {
  std::vector<std::string> sides;
  for (const Access& access : report.accesses) {
    const Frame* at = TellingFrame(access.stack);
    sides.push_back(absl::StrCat(FunctionsOf(access.stack), at == nullptr ? 0 : at->line));
  }
  std::ranges::sort(sides);
  return std::hash<std::string>()(absl::StrCat(report.pid, "\n", sides[0], "\n", sides[1], "\n",
                                               std::string(report.accesses[0].address)));
}

}  // namespace

void Updates::Note(const Race& report) {
  if (report.accesses.size() != 2 || !std::ranges::all_of(report.accesses, IsPlain)) return;
  Spot& spot = spots_[HashOfPlace(report)];
  if (report.accesses[0].kind != report.accesses[1].kind) {
    if (std::ranges::find(spot.reads, report.fingerprint) == spot.reads.end()) {
      spot.reads.push_back(report.fingerprint);
    }
  } else if (spot.writes.empty() || report.fingerprint < spot.writes) {
    spot.writes = report.fingerprint;
  }
}

std::map<std::string, std::string> Updates::Halves() const {
  std::map<std::string, std::string> halves;
  for (const auto& [hash, spot] : spots_) {
    if (spot.writes.empty()) continue;
    for (const std::string& read : spot.reads) {
      std::string& writes = halves.try_emplace(read, spot.writes).first->second;
      writes = std::min(writes, spot.writes);
    }
  }
  return halves;
}

}  // namespace hbsan::tools
