// QuickChecker's work for the commonest accesses: plain ones of one or two whole halves of a cell,
// or of whole cells, by a site whose stack is known. No local variable's address is taken and what
// is called preserves the registers, so that a hook that calls this saves few of them.
#ifndef HBSAN_DETECTOR_WHOLE_CHECK_H_
#define HBSAN_DETECTOR_WHOLE_CHECK_H_

#include <bit>
#include <cstddef>

#include "detector/detector.h"
#include "detector/quick_check.h"

namespace hbsan {

// The part of an access that is kPart bytes, 4 or 8, of one cell. kAlways: it is recorded even if
// this epoch's accesses subsume it.
template <AccessKind kKind, std::size_t kPart, bool kAlways = false>
class PartChecker {
 public:
  // `node`: the stack below the site; `detail`: see SiteCacheEntry. kUndecided:
  // AccessChecker::Check is to be made of the part; kStored: CheckStored.
  static __attribute__((always_inline)) QuickOutcome Check(Detector& detector, ThreadState& t,
                                                           std::uintptr_t pc, std::uint32_t node,
                                                           std::uint32_t detail, Addr addr) {
    const Shadow& shadow = detector.shadow_;
    const std::atomic<PlaneMask>& page = shadow.PagePlanes(addr);
    Cell& writes = *shadow.WriteCell(addr);
    Cell& cell = kKind == AccessKind::kWrite ? writes : *shadow.ReadCell(t.plane, addr);
    const std::uint32_t coverage = CoverageAt(addr);
    std::uint32_t old = cell.load(std::memory_order_acquire);
    if (!kAlways && IsSubsumed(t, old, writes, coverage)) return QuickOutcome::kNoRace;
    const unsigned plane = kKind == AccessKind::kWrite ? kWritePlaneBit : ReadPlaneBit(t.plane);
    if ((page.load(std::memory_order_relaxed) & plane) == 0) [[unlikely]] {
      return QuickOutcome::kUndecided;
    }
    std::uint32_t mine;
    if (old == 0 || IsReplaceable(detector, t, old, coverage) ||
        (kPart == kCellBytes && detector.IsReplaceableMixed(t, old, kKind))) [[likely]] {
      mine = detector.RecordOf(t, pc, node, detail) | coverage;
    } else {
      if (kPart == kCellBytes) return QuickOutcome::kUndecided;
      mine = detector.ComposeHalf(t, old, coverage, kKind, pc, node, detail);
      if (mine == 0) return QuickOutcome::kUndecided;
      if (mine == old) return QuickOutcome::kNoRace;
    }
    if (!cell.compare_exchange_strong(old, mine, std::memory_order_seq_cst)) [[unlikely]] {
      return QuickOutcome::kUndecided;
    }
    const ByteMask bytes = BytesOf(coverage);
    if (kKind == AccessKind::kRead) {
      const bool settled = detector.IsSettled(t, writes.load(std::memory_order_seq_cst), bytes);
      return settled ? QuickOutcome::kNoRace : QuickOutcome::kStored;
    }
    unsigned planes = page.load(std::memory_order_seq_cst) & kReadPlaneBits;
    for (; planes != 0; planes &= planes - 1) {
      const Cell& reads = *shadow.ReadCell(std::countr_zero(planes), addr);
      if (!detector.IsSettled(t, reads.load(std::memory_order_seq_cst), bytes)) [[unlikely]]
        return QuickOutcome::kStored;
    }
    return QuickOutcome::kNoRace;
  }
  // Accesses of the running thread in its present epoch subsume the part.
  static __attribute__((always_inline)) bool IsSubsumed(const Detector& detector,
                                                        const ThreadState& t, Addr addr) {
    const Cell& writes = *detector.shadow_.WriteCell(addr);
    const Cell& cell =
        kKind == AccessKind::kWrite ? writes : *detector.shadow_.ReadCell(t.plane, addr);
    return IsSubsumed(t, cell.load(std::memory_order_acquire), writes, CoverageAt(addr));
  }

 private:
  static bool IsSubsumed(const ThreadState& t, std::uint32_t held, const Cell& writes,
                         std::uint32_t coverage) {
    return IsOwn(t, held, coverage) || (kKind == AccessKind::kRead &&
                                        IsOwn(t, writes.load(std::memory_order_acquire), coverage));
  }
  static std::uint32_t CoverageAt(Addr addr) {
    if (kPart == kCellBytes) return kFullyCovered;
    return (addr & 4) != 0 ? kHighCovered : kLowCovered;
  }
  // The inline check of instrumented code, for whom it may have failed for a neighbouring cell.
  static bool IsOwn(const ThreadState& t, std::uint32_t id, std::uint32_t coverage) {
    return (id | (kFullyCovered & ~coverage)) - (kFullyCovered | t.epoch_first) <
           t.cursor - t.epoch_first;
  }
  // A single record of no more than the access's bytes, and ordered before it.
  static bool IsReplaceable(const Detector& detector, ThreadState& t, std::uint32_t old,
                            std::uint32_t coverage) {
    const bool within = kPart == kCellBytes || (old & kFullyCovered) == coverage;
    return within && detector.IsOrderedSingle(t, old);
  }
};

// The hook of a plain access of kSize bytes begins with this. kUndecided: the whole check is to be
// made. kStored: CheckStored is to be made of each cell, and if there are two, the whole check too.
template <AccessKind kKind, std::size_t kSize, AccessFlavor kFlavor>
__attribute__((always_inline)) inline QuickOutcome BeginCheck(Detector& detector, ThreadState& t,
                                                              HotState& hot, std::uintptr_t pc,
                                                              Addr addr) {
  constexpr std::size_t kPart = kSize < kCellBytes ? kSize : kCellBytes;
  constexpr std::uint32_t kDetail = 0xffu << 8 | TagOf(kKind, kFlavor, std::countr_zero(kSize));
  if (kSize < kCellBytes / 2 || addr % kPart != 0) return QuickOutcome::kUndecided;
  using Part = PartChecker<kKind, kPart>;
  std::uint32_t node = 0;
  if (const Frame* const top = hot.stack_top; top != t.frames) {
    node = top[-1].node;
    if (node == 0) [[unlikely]] {
      const bool subsumed = Part::IsSubsumed(detector, t, addr) &&
                            (kSize == kPart || Part::IsSubsumed(detector, t, addr + kPart));
      return subsumed ? QuickOutcome::kNoRace : QuickOutcome::kUndecided;
    }
  }
  for (Addr part = addr; part != addr + kSize; part += kPart) {
    const QuickOutcome outcome = Part::Check(detector, t, pc, node, kDetail, part);
    if (outcome != QuickOutcome::kNoRace) [[unlikely]]
      return outcome;
  }
  return QuickOutcome::kNoRace;
}

// What is left to do after BeginCheck's `outcome`. `by_all_rules`: see CheckQuickly.
template <AccessKind kKind, std::size_t kSize, AccessFlavor kFlavor, typename ByAllRules>
void FinishCheck(QuickOutcome outcome, Detector& detector, ThreadState& t, std::uintptr_t pc,
                 Addr addr, ByAllRules by_all_rules) {
  if (outcome == QuickOutcome::kStored) {
    for (Addr cell = addr & ~(kCellBytes - 1); cell < addr + kSize; cell += kCellBytes) {
      by_all_rules(true, cell);
    }
    if (kSize <= kCellBytes) return;
  }
  CheckQuickly<kKind, kSize, kFlavor>(detector, t, pc, addr, by_all_rules);
}

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_WHOLE_CHECK_H_
