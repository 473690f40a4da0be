// QuickChecker's work for the commonest accesses: aligned plain ones. No local variable's address
// is taken and what is called preserves the registers, so that a hook that calls this saves few of
// them.
#ifndef HBSAN_DETECTOR_WHOLE_CHECK_H_
#define HBSAN_DETECTOR_WHOLE_CHECK_H_

#include <bit>
#include <cstddef>

#include "detector/detector.h"
#include "detector/quick_check.h"

namespace hbsan {

// The part of an access that is kPart bytes, 1, 2, 4 or 8, of one cell, aligned. kAlways: it is
// recorded even if this epoch's accesses subsume it.
template <AccessKind kKind, std::size_t kPart, bool kAlways = false>
class PartChecker {
 public:
  // `node`: the stack below the site; `tag`: of the access's record. kUndecided:
  // AccessChecker::Check is to be made of the part; kStored: CheckStored.
  static __attribute__((always_inline)) QuickOutcome Check(Detector& detector, ThreadState& t,
                                                           std::uintptr_t pc, std::uint32_t node,
                                                           std::uint8_t tag, Addr addr) {
    const Shadow& shadow = detector.shadow_;
    std::atomic<PlaneMask>& page = shadow.PagePlanes(addr);
    Cell& writes = *shadow.WriteCell(addr);
    Cell& cell = kKind == AccessKind::kWrite ? writes : *shadow.ReadCell(t.plane, addr);
    const ByteMask bytes = BytesAt(addr);
    std::uint32_t old = cell.load(std::memory_order_acquire);
    std::uint32_t mine =
        kPartial ? detector.FindPart(t, {pc, node, DetailAt(addr, tag), old, 0}) : 0;
    if (mine == 0) {
      if (!kAlways && IsSubsumed(detector, t, old, writes, addr)) return QuickOutcome::kNoRace;
      if (old == 0 && IsUntouched<kKind>(t, page)) [[unlikely]]
        return QuickOutcome::kUndecided;
      mine = Compose(detector, t, pc, node, tag, addr, old);
      if (mine == 0) {
        if (kKind == AccessKind::kWrite || kPartial) return QuickOutcome::kUndecided;
        return detector.ReadByTurn(t, addr, bytes, old, pc, node, tag);
      }
      if (mine == old) return QuickOutcome::kNoRace;
    }
    if (!cell.compare_exchange_strong(old, mine, std::memory_order_seq_cst)) [[unlikely]] {
      return QuickOutcome::kUndecided;
    }
    unsigned planes = Shadow::NoteChange(page) & kReadPlaneBits;
    if (kKind == AccessKind::kRead) {
      const bool settled = detector.IsSettled(t, writes.load(std::memory_order_seq_cst), bytes);
      return settled ? QuickOutcome::kNoRace : QuickOutcome::kStored;
    }
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
    return IsSubsumed(detector, t, cell.load(std::memory_order_acquire), writes, addr);
  }
  // Of the stack below the site, which is not known yet.
  static std::uint32_t NodeOfFrames(Detector& detector, ThreadState& t) {
    return detector.NodeOfFrames(t);
  }

 private:
  // Of a half of the cell, so that no id's coverage bits tell of it.
  static constexpr bool kPartial = kPart < kCellBytes / 2;

  // What the cell holds after the access, `old` before; 0: not known here.
  static __attribute__((always_inline)) std::uint32_t Compose(Detector& detector, ThreadState& t,
                                                              std::uintptr_t pc, std::uint32_t node,
                                                              std::uint8_t tag, Addr addr,
                                                              std::uint32_t old) {
    const std::uint32_t coverage = CoverageAt(addr);
    const std::uint32_t detail = DetailAt(addr, tag);
    if (old == 0 || IsReplaceable(detector, t, old, addr) ||
        (kPart == kCellBytes && detector.IsReplaceableMixed(t, old, kKind))) [[likely]] {
      const std::uint32_t after = detector.RecordOf(t, pc, node, detail) | coverage;
      if (kPartial && old != 0) detector.KeepPart(t, {pc, node, detail, old, after});
      return after;
    }
    if (kPart == kCellBytes) return 0;
    if (!kPartial) return detector.ComposeHalf(t, old, coverage, kKind, pc, node, detail);
    const ByteMask bytes = BytesAt(addr);
    const std::uint32_t after = detector.ComposeBytes(t, old, bytes, pc, node, tag);
    detector.KeepPart(t, {pc, node, detail, old, after});
    return after;
  }
  static __attribute__((always_inline)) bool IsSubsumed(const Detector& detector,
                                                        const ThreadState& t, std::uint32_t held,
                                                        const Cell& writes, Addr addr) {
    return IsOwn(detector, t, held, addr) ||
           (kKind == AccessKind::kRead &&
            IsOwn(detector, t, writes.load(std::memory_order_acquire), addr));
  }
  // 0 for a part of a half.
  static std::uint32_t CoverageAt(Addr addr) {
    if (kPartial) return 0;
    if (kPart == kCellBytes) return kFullyCovered;
    return (addr & 4) != 0 ? kHighCovered : kLowCovered;
  }
  static ByteMask BytesAt(Addr addr) {
    if (!kPartial) return BytesOf(CoverageAt(addr));
    return static_cast<ByteMask>(((1u << kPart) - 1) << (addr % kCellBytes));
  }
  // See SiteCacheEntry.
  static std::uint32_t DetailAt(Addr addr, std::uint8_t tag) {
    return (kPartial ? BytesAt(addr) : 0xffu) << 8 | tag;
  }
  // The inline check of instrumented code, for whom it may have failed for a neighbouring cell; of
  // a part of a half, more.
  static bool IsOwn(const Detector& detector, const ThreadState& t, std::uint32_t id, Addr addr) {
    if (kPartial) return detector.IsOwnPlain(t, id, BytesAt(addr));
    const std::uint32_t coverage = CoverageAt(addr);
    return (id | (kFullyCovered & ~coverage)) - (kFullyCovered | t.epoch_first) <
           t.cursor - t.epoch_first;
  }
  // A single record of no more than the access's bytes, and ordered before it.
  static bool IsReplaceable(const Detector& detector, ThreadState& t, std::uint32_t old,
                            Addr addr) {
    if (kPart == kCellBytes) return detector.IsOrderedSingle(t, old);
    return (old & kFullyCovered) == CoverageAt(addr) && detector.IsOrderedSingle(t, old) &&
           (!kPartial || (detector.records_[old].bytes & ~BytesAt(addr)) == 0);
  }
};

// Of a plain access to any bytes of a cell; see AccessChecker::Finish.
template <AccessKind kKind>
__attribute__((always_inline)) inline QuickOutcome CheckBytes(Detector& detector, ThreadState& t,
                                                              std::uintptr_t pc, std::uint32_t node,
                                                              std::uint8_t tag, Addr cell,
                                                              ByteMask bytes) {
  if (bytes == 0xff) {
    return PartChecker<kKind, kCellBytes>::Check(detector, t, pc, node, tag, cell);
  }
  if (IsHalf(bytes)) {
    const Addr half = bytes == 0x0f ? cell : cell + kCellBytes / 2;
    return PartChecker<kKind, kCellBytes / 2>::Check(detector, t, pc, node, tag, half);
  }
  return QuickChecker<kKind>::Check(detector, t, pc, node, tag, cell, bytes);
}

// The hook of a plain access of kSize bytes begins with this, after the inline check of
// instrumented code has missed. FinishCheck does what is left to do.
template <AccessKind kKind, std::size_t kSize, AccessFlavor kFlavor>
__attribute__((always_inline)) inline QuickOutcome BeginCheck(Detector& detector, ThreadState& t,
                                                              HotState& hot, std::uintptr_t pc,
                                                              Addr addr) {
  constexpr std::size_t kPart = kSize < kCellBytes ? kSize : kCellBytes;
  if (addr % kPart != 0) return QuickOutcome::kUndecided;
  constexpr std::uint8_t kTag = TagOf(kKind, kFlavor, std::countr_zero(kSize));
  // Coverage bits tell the caller of whole halves; of less, only a look at the record does.
  constexpr bool kMissed = kPart >= kCellBytes / 2;
  using Part = PartChecker<kKind, kPart, kMissed>;
  std::uint32_t node = 0;
  if (const Frame* const top = hot.stack_top; top != t.frames) {
    node = top[-1].node;
    if (node == 0) [[unlikely]] {
      if (!kMissed && Part::IsSubsumed(detector, t, addr)) return QuickOutcome::kNoRace;
      node = Part::NodeOfFrames(detector, t);
    }
  }
  for (Addr part = addr; part != addr + kSize; part += kPart) {
    const QuickOutcome outcome = Part::Check(detector, t, pc, node, kTag, part);
    if (outcome != QuickOutcome::kNoRace) [[unlikely]]
      return outcome;
  }
  return QuickOutcome::kNoRace;
}

// What is left to do after BeginCheck's `outcome`: if something is stored, CheckStored of each
// cell; if that is not all, the whole check. `by_all_rules`: see CheckQuickly.
template <AccessKind kKind, std::size_t kSize, AccessFlavor kFlavor, typename ByAllRules>
void FinishCheck(QuickOutcome outcome, Detector& detector, ThreadState& t, std::uintptr_t pc,
                 Addr addr, ByAllRules by_all_rules) {
  if (IsStored(outcome)) {
    for (Addr cell = addr & ~(kCellBytes - 1); cell < addr + kSize; cell += kCellBytes) {
      by_all_rules(true, cell);
    }
    if (kSize <= kCellBytes && !IsUndecided(outcome)) return;
  }
  constexpr std::uint8_t kTag = TagOf(kKind, kFlavor, std::countr_zero(kSize));
  CheckQuickly<kKind>(detector, t, pc, kTag, addr, kSize, by_all_rules);
}

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_WHOLE_CHECK_H_
