// The common outcomes of AccessChecker::Check for one plain access inside a cell, reached in a few
// instructions: the access is already recorded, or the cell is empty or holds one record that is
// ordered before the access, or a split of such, or a transition that was made before. Whatever
// else there is to decide is left to AccessChecker, whose protocol this follows (see checker.h).
#ifndef HBSAN_DETECTOR_QUICK_CHECK_H_
#define HBSAN_DETECTOR_QUICK_CHECK_H_

#include <algorithm>
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

inline bool Detector::IsOwnPlain(const ThreadState& t, std::uint32_t id, ByteMask bytes) const {
  if (!t.InPresentEpoch(id)) return false;
  const Record& record = records_[id];
  return record.IsSingle() && !record.atomic() && (bytes & ~BytesOfSingle(id, record)) == 0;
}

template <AccessKind kKind>
class QuickChecker {
 public:
  // `tag`: of the access's record.
  QuickChecker(Detector& detector, ThreadState& t, std::uintptr_t pc, std::uint8_t tag)
      : detector_(detector), t_(t), pc_(pc), tag_(tag) {}

  // Of `bytes` of the cell of `addr`. What is left to decide goes to by_all_rules(stored): if
  // `stored`, CheckStored, else CheckAccess. False if it came to that.
  template <typename ByAllRules>
  bool Check(Addr addr, ByteMask bytes, ByAllRules by_all_rules) {
    bytes_ = bytes;
    const QuickOutcome outcome = kKind == AccessKind::kWrite ? Write(addr) : Read(addr);
    const bool undecided = outcome == QuickOutcome::kUndecided;
    if (undecided) by_all_rules(false);
    if (outcome == QuickOutcome::kStored || (undecided && half_stored_)) by_all_rules(true);
    return !undecided;
  }

 private:
  QuickOutcome Write(Addr addr) {
    const Shadow& shadow = detector_.shadow_;
    Cell& cell = *shadow.WriteCell(addr);
    const std::uint32_t old = cell.load(std::memory_order_acquire);
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

  QuickOutcome Read(Addr addr) {
    const Shadow& shadow = detector_.shadow_;
    Cell& cell = *shadow.ReadCell(t_.plane, addr);
    const Cell& writes = *shadow.WriteCell(addr);
    const std::uint32_t old = cell.load(std::memory_order_acquire);
    if (IsOwn(old) || IsOwn(writes.load(std::memory_order_acquire))) return QuickOutcome::kNoRace;
    if ((shadow.PagePlanes(addr).load(std::memory_order_relaxed) & ReadPlaneBit(t_.plane)) == 0) {
      return QuickOutcome::kUndecided;
    }
    if (!Put(cell, old)) return QuickOutcome::kUndecided;
    return IsSettled(writes.load(std::memory_order_seq_cst)) ? QuickOutcome::kNoRace
                                                             : QuickOutcome::kStored;
  }

  // What this thread recorded in this epoch subsumes the access: one record, or one for each byte.
  bool IsOwn(std::uint32_t id) const {
    if (t_.InPresentEpoch(id)) return detector_.IsOwnPlain(t_, id, bytes_) || IsOwnSplit(id);
    return id != 0 && detector_.records_.IsMixed(id) && IsOwnSplit(id);
  }
  bool IsOwnSplit(std::uint32_t id) const {
    if (bytes_ == 0xff) return false;  // the cell is better off with this access alone
    Record& record = detector_.records_[id];
    if (!record.IsSplit()) return false;
    const Split ids(record);
    for (unsigned left = bytes_; left != 0; left &= left - 1) {
      const std::uint32_t part = ids.Load(std::countr_zero(left));
      if (!detector_.IsOwnPlain(t_, part, 0)) return false;
    }
    return true;
  }
  // Nothing there can race with the access.
  bool IsSettled(std::uint32_t id) const { return detector_.IsSettled(t_, id, bytes_); }

  // Makes the access part of the cell, whose content was `old`. False if it is not known here how.
  bool Put(Cell& cell, std::uint32_t old) {
    if (old != 0 && detector_.records_.IsMixed(old) && detector_.records_[old].IsSplit()) {
      return PutInSplit(cell, old);
    }
    const std::uint32_t after = Compose(old);
    return after != 0 && cell.compare_exchange_strong(old, after, std::memory_order_seq_cst);
  }
  std::uint32_t Compose(std::uint32_t old) {
    if (old != 0 && !IsReplaceable(old)) {
      return detector_.ComposeBytes(t_, old, bytes_, pc_, Node(), tag_);
    }
    return detector_.IdAlone(t_, bytes_, pc_, Node(), tag_);
  }
  bool IsWhole() const { return BytesOf(CoverageOf(bytes_)) == bytes_; }
  // One record, ordered before the access and of no other bytes.
  bool IsReplaceable(std::uint32_t old) const {
    const bool within = bytes_ == 0xff || (old > kIndexMask && IsWhole() &&
                                           (old & kFullyCovered & ~CoverageOf(bytes_)) == 0);
    return within && detector_.IsOrderedSingle(t_, old);
  }

  bool PutInSplit(Cell& cell, std::uint32_t id) {
    if (bytes_ == 0xff) return false;
    const std::uint32_t mine = RecordFor(IsOfOneByte(tag_) ? ByteMask{0xff} : bytes_);
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
    if (cell.load(std::memory_order_seq_cst) != id) return false;
    if (const std::uint32_t all = detector_.ComposeSplit(t_, id)) {
      cell.compare_exchange_strong(id, all, std::memory_order_seq_cst);
    }
    return true;
  }

  std::uint32_t Node() { return detector_.NodeBelowSite(t_); }
  // This epoch's record of the site.
  std::uint32_t RecordFor(ByteMask bytes) {
    return detector_.RecordOf(t_, pc_, Node(), std::uint32_t{bytes} << 8 | tag_);
  }

  Detector& detector_;
  ThreadState& t_;
  const std::uintptr_t pc_;
  const std::uint8_t tag_;
  ByteMask bytes_ = 0;  // of the cell
  // What is undecided is recorded in some of the cell's bytes, so that CheckAccess may take it for
  // an access of before: CheckStored is to follow it.
  bool half_stored_ = false;
};

// A plain access of `size` bytes, at most 16. What QuickChecker leaves to decide goes to
// by_all_rules(stored, cell): if `stored`, CheckStored of that cell, else CheckAccess.
template <AccessKind kKind, typename ByAllRules>
inline void CheckQuickly(Detector& detector, ThreadState& t, std::uintptr_t pc, std::uint8_t tag,
                         Addr addr, std::size_t size, ByAllRules by_all_rules) {
  const std::size_t part_size = std::min(size, kCellBytes);
  if (addr % kCellBytes > kCellBytes - part_size) return by_all_rules(false, addr);
  const unsigned bytes = ((1u << part_size) - 1) << (addr % kCellBytes);
  QuickChecker<kKind> checker(detector, t, pc, tag);
  for (Addr part = addr; part < addr + size; part += part_size) {
    const bool decided = checker.Check(part, static_cast<ByteMask>(bytes), [&](bool stored) {
      by_all_rules(stored, stored ? part & ~(kCellBytes - 1) : addr);
    });
    if (!decided) return;
  }
}

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_QUICK_CHECK_H_
