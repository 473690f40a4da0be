// The common outcomes of AccessChecker::Check for one plain access inside a cell, reached in a few
// instructions: the access is already recorded, or the cell is empty or holds one record that is
// ordered before the access, or a transition that was made before. Whatever else there is to decide
// is left to AccessChecker, whose protocol this follows (see checker.h).
#ifndef HBSAN_DETECTOR_QUICK_CHECK_H_
#define HBSAN_DETECTOR_QUICK_CHECK_H_

#include <bit>
#include <cstddef>

#include "detector/detector.h"
#include "detector/split.h"

namespace hbsan {

enum class QuickOutcome : std::uint8_t {
  kNoRace,     // checked and recorded
  kStored,     // recorded; it remains to be compared with the other planes: CheckStored
  kUndecided,  // nothing is done: CheckAccess
};

// An access of kSize bytes, a power of two of at most 16: one of 16 goes cell by cell.
template <AccessKind kKind, std::size_t kSize, AccessFlavor kFlavor>
class QuickChecker {
 public:
  QuickChecker(Detector& detector, ThreadState& t, std::uintptr_t pc)
      : detector_(detector), t_(t), worker_(*t.worker), pc_(pc) {}

  static constexpr std::size_t kPart = kSize < kCellBytes ? kSize : kCellBytes;

  // kPart bytes from `addr` on, all in one cell.
  __attribute__((always_inline)) QuickOutcome Check(Addr addr) {
    bytes_ = static_cast<ByteMask>(((1u << kPart) - 1) << (addr % kCellBytes));
    return kKind == AccessKind::kWrite ? Write(addr) : Read(addr);
  }
  // What is undecided is recorded in some of the cell's bytes, so that CheckAccess may take it for
  // an access of before: CheckStored is to follow it.
  bool half_stored() const { return half_stored_; }

 private:
  static constexpr std::uint8_t kTag = TagOf(kKind, kFlavor, std::countr_zero(kSize));

  __attribute__((always_inline)) QuickOutcome Write(Addr addr) {
    const Shadow& shadow = detector_.shadow_;
    Cell& cell = *shadow.WriteCell(addr);
    std::uint32_t old = cell.load(std::memory_order_acquire);
    if (IsOwn(old)) return QuickOutcome::kNoRace;
    const std::atomic<PlaneMask>& page = shadow.PagePlanes(addr);
    if ((page.load(std::memory_order_relaxed) & kWritePlaneBit) == 0) {
      return QuickOutcome::kUndecided;
    }
    if (!Put(cell, old)) return QuickOutcome::kUndecided;
    unsigned planes = page.load(std::memory_order_seq_cst) & kReadPlaneBits;
    for (; planes != 0; planes &= planes - 1) {
      const Cell* reads = shadow.ReadCell(std::countr_zero(planes), addr);
      if (!IsSettled(reads->load(std::memory_order_seq_cst))) return QuickOutcome::kStored;
    }
    return QuickOutcome::kNoRace;
  }

  __attribute__((always_inline)) QuickOutcome Read(Addr addr) {
    const Shadow& shadow = detector_.shadow_;
    Cell& cell = *shadow.ReadCell(t_.plane, addr);
    const Cell& writes = *shadow.WriteCell(addr);
    std::uint32_t old = cell.load(std::memory_order_acquire);
    if (IsOwn(old) || IsOwn(writes.load(std::memory_order_acquire))) return QuickOutcome::kNoRace;
    if ((shadow.PagePlanes(addr).load(std::memory_order_relaxed) & ReadPlaneBit(t_.plane)) == 0) {
      return QuickOutcome::kUndecided;
    }
    if (!Put(cell, old)) return QuickOutcome::kUndecided;
    return IsSettled(writes.load(std::memory_order_seq_cst)) ? QuickOutcome::kNoRace
                                                             : QuickOutcome::kStored;
  }

  bool InPresentEpoch(std::uint32_t id) const { return t_.InPresentEpoch(id); }
  bool IsOrdered(Epoch e) const { return detector_.IsOrdered(t_, e); }
  // What this thread recorded in this epoch subsumes the access: one record, or one for each byte.
  bool IsOwn(std::uint32_t id) const {
    if (InPresentEpoch(id)) {
      const Record& record = detector_.records_[id];
      if (record.IsSingle()) return !record.atomic() && (bytes_ & ~BytesOfSingle(id, record)) == 0;
    }
    // A cell is better off with an access of all of it than with a split.
    return kPart != kCellBytes && id != 0 && detector_.records_.IsMixed(id) && IsOwnSplit(id);
  }
  __attribute__((noinline)) bool IsOwnSplit(std::uint32_t id) const {
    Record& record = detector_.records_[id];
    return record.IsSplit() && InEachByte(record, [&](std::uint32_t part) {
             const Record& of_byte = detector_.records_[part];
             return InPresentEpoch(part) && of_byte.IsSingle() && !of_byte.atomic();
           });
  }
  // Nothing there can race with the access.
  bool IsSettled(std::uint32_t id) const { return detector_.IsSettled(t_, id, bytes_); }
  template <typename Holds>
  bool InEachByte(Record& split, Holds holds) const {
    const Split ids(split);
    for (unsigned left = bytes_; left != 0; left &= left - 1) {
      if (!holds(ids.Load(std::countr_zero(left)))) return false;
    }
    return true;
  }

  // Makes the access part of the cell, whose content was `old`. False if it is not known here how.
  __attribute__((always_inline)) bool Put(Cell& cell, std::uint32_t old) {
    if (old != 0 && !IsReplaceable(old)) return PutByRecord(cell, old);
    return cell.compare_exchange_strong(old, ContentOf(RecordOfAccess()),
                                        std::memory_order_seq_cst);
  }
  bool IsWhole() const { return BytesOf(CoverageOf(bytes_)) == bytes_; }
  // The access's record, and a cell's content that stands for it alone.
  std::uint32_t RecordOfAccess() { return RecordFor(IsWhole() ? ByteMask{0xff} : bytes_); }
  std::uint32_t ContentOf(std::uint32_t record) const {
    return IsWhole() ? record | CoverageOf(bytes_) : record;
  }
  // One record, ordered before the access and of no other bytes.
  bool IsReplaceable(std::uint32_t old) const {
    const bool within = kPart == kCellBytes || (old > kIndexMask && IsWhole() &&
                                                (old & kFullyCovered & ~CoverageOf(bytes_)) == 0);
    return within && detector_.IsOrderedSingle(t_, old);
  }

  __attribute__((noinline)) bool PutByRecord(Cell& cell, std::uint32_t old) {
    const Record& before = detector_.records_[old];
    if (before.IsSplit()) return PutInSplit(cell, old);
    const std::uint32_t after = Compose(old, before);
    return after != 0 && cell.compare_exchange_strong(old, after, std::memory_order_seq_cst);
  }

  bool PutInSplit(Cell& cell, std::uint32_t id) {
    if (kPart == kCellBytes) return false;
    const std::uint32_t mine = RecordFor(kSize == 1 ? ByteMask{0xff} : bytes_);
    Split split(detector_.records_[id]);
    if (!split.Fits(mine)) return false;
    for (unsigned left = bytes_; left != 0; left &= left - 1) {
      const int i = std::countr_zero(left);
      std::uint64_t word = split.LoadWord(i);
      if (split.IsFrozen(word, i)) return false;
      if (const std::uint32_t part = split.IdIn(word, i)) {
        if (!detector_.IsOrderedSingle(t_, part)) return false;
      }
      if (!split.Exchange(i, word, mine)) return false;
      half_stored_ = true;
    }
    return cell.load(std::memory_order_seq_cst) == id;
  }

  // The cell's content after the access; 0: not known here.
  std::uint32_t Compose(std::uint32_t old, const Record& before) {
    if (before.IsSingle()) {
      const bool ordered = IsOrdered(detector_.records_.EpochOf(old));
      if (!ordered && kKind == AccessKind::kWrite) return 0;
      if (ordered && (BytesOfSingle(old, before) & ~bytes_) == 0) {
        return ContentOf(RecordOfAccess());
      }
    }
    return KnownTransition(old);
  }

  std::uint32_t KnownTransition(std::uint32_t old) {
    const std::uint32_t record = RecordFor(0xff);
    if (worker_.generation != detector_.records_.generation()) return 0;
    if (const Transition* const known = worker_.FindTransition(t_, old, record, bytes_)) {
      if (kKind == AccessKind::kWrite && known->may_race) return 0;
      if (known->mixture && worker_.list_debt > 0) --worker_.list_debt;
      return known->after;
    }
    std::uint32_t after = detector_.ComposeOwn(t_, old, record, bytes_, pc_);
    if (after == 0 && kKind == AccessKind::kRead) {
      after = detector_.AddRead(t_, old, RecordOfAccess(), bytes_, false);
    }
    if (after != 0) detector_.KeepTransition(t_, {old, record, after, bytes_, false, false});
    return after;
  }

  // This epoch's record of the site.
  __attribute__((always_inline)) std::uint32_t RecordFor(ByteMask bytes) {
    const Frame* const top = t_.hot->stack_top;
    std::uint32_t node = 0;
    if (top != t_.frames) {
      node = top[-1].node;
      if (node == 0) node = detector_.NodeOfFrames(t_);
    }
    const std::uint32_t detail = std::uint32_t{bytes} << 8 | kTag;
    return detector_.RecordOf(t_, pc_, node, detail);
  }

  Detector& detector_;
  ThreadState& t_;
  Worker& worker_;
  const std::uintptr_t pc_;
  ByteMask bytes_ = 0;  // of the cell
  bool half_stored_ = false;
};

// An access of any alignment. What QuickChecker leaves to decide goes to by_all_rules(stored,
// cell): if `stored`, CheckStored of that cell, else CheckAccess.
template <AccessKind kKind, std::size_t kSize, AccessFlavor kFlavor, typename ByAllRules>
__attribute__((always_inline)) inline void CheckQuickly(Detector& detector, ThreadState& t,
                                                        std::uintptr_t pc, Addr addr,
                                                        ByAllRules by_all_rules) {
  using Checker = QuickChecker<kKind, kSize, kFlavor>;
  if (addr % kCellBytes > kCellBytes - Checker::kPart) return by_all_rules(false, addr);
  Checker checker(detector, t, pc);
  for (Addr part = addr; part < addr + kSize; part += Checker::kPart) {
    const QuickOutcome outcome = checker.Check(part);
    const bool undecided = outcome == QuickOutcome::kUndecided;
    if (undecided) by_all_rules(false, addr);
    if (outcome == QuickOutcome::kStored || (undecided && checker.half_stored())) {
      by_all_rules(true, part & ~(kCellBytes - 1));
    }
    if (undecided) return;
  }
}

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_QUICK_CHECK_H_
