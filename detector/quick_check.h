// The common outcomes of AccessChecker::Check for one plain access inside a cell, reached in a few
// instructions: the access is already recorded, or the cell is empty or holds one record that is
// ordered before the access, or a split of such, or a transition that was made before. Whatever
// else there is to decide is left to AccessChecker, whose protocol this follows (see checker.h).
#ifndef HBSAN_DETECTOR_QUICK_CHECK_H_
#define HBSAN_DETECTOR_QUICK_CHECK_H_

#include <algorithm>
#include <cstddef>

#include "detector/detector.h"

namespace hbsan {

enum class QuickOutcome : std::uint8_t {
  kNoRace,     // checked and recorded
  kStored,     // recorded; it remains to be compared with the other planes: CheckStored
  kUndecided,  // nothing is done: CheckAccess
  // CheckAccess, but as the access is recorded in some of its bytes, which CheckAccess may take for
  // an access of before, CheckStored is to follow.
  kHalfStored,
};
constexpr bool IsUndecided(QuickOutcome outcome) { return outcome >= QuickOutcome::kUndecided; }
constexpr bool IsStored(QuickOutcome outcome) {
  return outcome == QuickOutcome::kStored || outcome == QuickOutcome::kHalfStored;
}

inline std::uint32_t Detector::NodeBelowSite(ThreadState& t) {
  const Frame* const top = t.hot->stack_top;
  if (top == t.frames) return 0;
  return top[-1].node != 0 ? top[-1].node : NodeOfFrames(t);
}

__attribute__((always_inline)) inline std::uint32_t Detector::RecordOf(ThreadState& t,
                                                                       std::uintptr_t pc,
                                                                       std::uint32_t node,
                                                                       std::uint32_t detail) {
  SiteCacheEntry& entry = t.worker->SiteAt(pc, node, detail);
  if (!entry.IsOf(pc, node, detail)) [[unlikely]]
    return FindRecord(t, pc, node, detail);
  if (t.IsReusable(entry.record)) return entry.record;
  if (t.held_changed || t.cursor % Records::kChunkRecords == 0) [[unlikely]]
    return FindRecord(t, pc, node, detail);
  entry.record = t.cursor++;
  Describe(t, entry);
  return entry.record;
}

inline void Detector::Describe(ThreadState& t, const SiteCacheEntry& site) {
  Record& record = records_[site.record];
  record.SetClockAndSite(t.clock, site.site);
  record.below = site.node;
  record.locks = t.locks;
  record.bytes = static_cast<std::uint8_t>(site.detail >> 8);
  record.tag = static_cast<std::uint8_t>(site.detail);
  t.accessed = true;
}

__attribute__((always_inline)) inline std::uint32_t Detector::FindPart(ThreadState& t,
                                                                       const PartTransition& part) {
  ForgetReusedIds(*t.worker);
  const PartTransition& known = t.worker->PlaceOf(part);
  return known.IsOf(part) && t.IsReusable(known.after & kIndexMask) ? known.after : 0;
}

inline void Detector::KeepPart(ThreadState& t, const PartTransition& made) {
  if (made.after == 0 || records_.marking()) return;  // see KeepTransition
  if (records_.IsMixed(made.after) && !records_[made.after].IsPatches()) return;
  t.worker->PlaceOf(made) = made;
}

inline bool Detector::IsOwnPlain(const ThreadState& t, std::uint32_t id, ByteMask bytes) const {
  if (!t.InPresentEpoch(id)) return false;
  const Record& record = records_[id];
  return record.IsSingle() && !record.atomic() && (bytes & ~BytesOfSingle(id, record)) == 0;
}

// Nothing was ever stored in the page's plane of t's accesses of this kind.
template <AccessKind kKind>
bool IsUntouched(const ThreadState& t, const std::atomic<PlaneMask>& page) {
  const unsigned plane = kKind == AccessKind::kWrite ? kWritePlaneBit : ReadPlaneBit(t.plane);
  return (page.load(std::memory_order_relaxed) & plane) == 0;
}

// Of one plain access to some bytes of a cell.
template <AccessKind kKind>
class QuickChecker {
 public:
  static std::uint32_t NodeBelowSite(Detector& detector, ThreadState& t) {
    return detector.NodeBelowSite(t);
  }
  // `node`: the stack below the site; `tag`: of the access's record. What is left to decide, see
  // QuickOutcome, is for AccessChecker.
  static QuickOutcome Check(Detector& detector, ThreadState& t, std::uintptr_t pc,
                            std::uint32_t node, std::uint8_t tag, Addr addr, ByteMask bytes) {
    return QuickChecker(detector, t, pc, node, tag, bytes).Check(addr);
  }

 private:
  QuickChecker(Detector& detector, ThreadState& t, std::uintptr_t pc, std::uint32_t node,
               std::uint8_t tag, ByteMask bytes)
      : detector_(detector), t_(t), pc_(pc), node_(node), tag_(tag), bytes_(bytes) {}
  QuickOutcome Check(Addr addr);
  // What this thread recorded in this epoch subsumes the access: one record, or one for each byte.
  bool IsOwn(std::uint32_t id) const;
  bool IsOwnMixed(std::uint32_t id) const;
  // Nothing there can race with the access.
  bool IsSettled(std::uint32_t id) const { return detector_.IsSettled(t_, id, bytes_); }
  // Makes the access part of the cell, whose content was `old`. False if it is not known here how.
  bool Put(Cell& cell, std::uint32_t old);
  bool PutInSplit(Cell& cell, std::uint32_t id);
  std::uint32_t Compose(std::uint32_t old);
  PartTransition PartAfter(std::uint32_t old, std::uint32_t after) const {
    return {pc_, node_, std::uint32_t{bytes_} << 8 | tag_, old, after};
  }
  // One record, ordered before the access and of no other bytes.
  bool IsReplaceable(std::uint32_t old) const;

  Detector& detector_;
  ThreadState& t_;
  const std::uintptr_t pc_;
  const std::uint32_t node_;
  const std::uint8_t tag_;
  const ByteMask bytes_;
  bool half_stored_ = false;  // in some of a split's bytes
};

// A plain access of `size` bytes, at most 16. What QuickChecker leaves to decide goes to
// by_all_rules(stored, cell): if `stored`, CheckStored of that cell, else CheckAccess.
template <AccessKind kKind, typename ByAllRules>
inline void CheckQuickly(Detector& detector, ThreadState& t, std::uintptr_t pc, std::uint8_t tag,
                         Addr addr, std::size_t size, ByAllRules by_all_rules) {
  const std::size_t part_size = std::min(size, kCellBytes);
  if (addr % kCellBytes > kCellBytes - part_size) return by_all_rules(false, addr);
  const unsigned bytes = ((1u << part_size) - 1) << (addr % kCellBytes);
  const std::uint32_t node = QuickChecker<kKind>::NodeBelowSite(detector, t);
  for (Addr part = addr; part < addr + size; part += part_size) {
    const QuickOutcome outcome =
        QuickChecker<kKind>::Check(detector, t, pc, node, tag, part, static_cast<ByteMask>(bytes));
    if (IsUndecided(outcome)) by_all_rules(false, addr);
    if (IsStored(outcome)) by_all_rules(true, part & ~(kCellBytes - 1));
    if (IsUndecided(outcome)) return;
  }
}

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_QUICK_CHECK_H_
