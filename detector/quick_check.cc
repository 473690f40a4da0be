#include "detector/quick_check.h"

#include <bit>

#include "detector/split.h"

namespace hbsan {

template <AccessKind kKind>
QuickOutcome QuickChecker<kKind>::Check(Addr addr) {
  const Shadow& shadow = detector_.shadow_;
  Cell& writes = *shadow.WriteCell(addr);
  Cell& cell = kKind == AccessKind::kWrite ? writes : *shadow.ReadCell(t_.plane, addr);
  std::uint32_t old = cell.load(std::memory_order_acquire);
  std::atomic<PlaneMask>& page = shadow.PagePlanes(addr);
  if (const std::uint32_t known = detector_.FindPart(t_, PartAfter(old, 0))) {
    if (known == old) return QuickOutcome::kNoRace;
    if (!cell.compare_exchange_strong(old, known, std::memory_order_seq_cst)) {
      return QuickOutcome::kUndecided;
    }
  } else {
    if (IsOwn(old)) return QuickOutcome::kNoRace;
    if (kKind == AccessKind::kRead && IsOwn(writes.load(std::memory_order_acquire))) {
      return QuickOutcome::kNoRace;
    }
    if (old == 0 && IsUntouched<kKind>(t_, page)) return QuickOutcome::kUndecided;
    if (!Put(cell, old)) {
      return half_stored_ ? QuickOutcome::kHalfStored : QuickOutcome::kUndecided;
    }
  }
  unsigned planes = Shadow::NoteChange(page) & kReadPlaneBits;
  if (kKind == AccessKind::kRead) {
    const bool settled = IsSettled(writes.load(std::memory_order_seq_cst));
    return settled ? QuickOutcome::kNoRace : QuickOutcome::kStored;
  }
  for (; planes != 0; planes &= planes - 1) {
    const Cell& reads = *shadow.ReadCell(std::countr_zero(planes), addr);
    if (!IsSettled(reads.load(std::memory_order_seq_cst))) return QuickOutcome::kStored;
  }
  return QuickOutcome::kNoRace;
}

template <AccessKind kKind>
inline bool QuickChecker<kKind>::IsOwn(std::uint32_t id) const {
  if (t_.InPresentEpoch(id) && detector_.IsOwnPlain(t_, id, bytes_)) return true;
  return id != 0 && detector_.records_.IsMixed(id) && IsOwnMixed(id);
}

template <AccessKind kKind>
inline bool QuickChecker<kKind>::IsOwnMixed(std::uint32_t id) const {
  if (bytes_ == 0xff) return false;  // the cell is better off with this access alone
  Record& record = detector_.records_[id];
  if (record.IsPatches()) {
    const Patches patches(record);
    return t_.InPresentEpoch(patches.Index(0)) && (bytes_ & ~patches.Bytes(0)) == 0;
  }
  if (!record.IsSplit()) return false;
  return Split(record).All(bytes_, [&](auto part) { return detector_.IsOwnPlain(t_, part, 0); });
}

template <AccessKind kKind>
inline bool QuickChecker<kKind>::Put(Cell& cell, std::uint32_t old) {
  if (old != 0 && detector_.records_.IsMixed(old) && detector_.records_[old].IsSplit()) {
    return PutInSplit(cell, old);
  }
  const std::uint32_t after = Compose(old);
  std::uint32_t expected = old;
  return after != 0 && cell.compare_exchange_strong(expected, after, std::memory_order_seq_cst);
}

template <AccessKind kKind>
inline std::uint32_t QuickChecker<kKind>::Compose(std::uint32_t old) {
  if (old == 0 || IsReplaceable(old)) return detector_.IdAlone(t_, bytes_, pc_, node_, tag_);
  const std::uint32_t after = detector_.ComposeBytes(t_, old, bytes_, pc_, node_, tag_);
  detector_.KeepPart(t_, PartAfter(old, after));
  return after;
}

template <AccessKind kKind>
inline bool QuickChecker<kKind>::IsReplaceable(std::uint32_t old) const {
  return detector_.IsOrderedSingle(t_, old) &&
         (BytesOfSingle(old, detector_.records_[old]) & ~bytes_) == 0;
}

template <AccessKind kKind>
bool QuickChecker<kKind>::PutInSplit(Cell& cell, std::uint32_t id) {
  if (bytes_ == 0xff) return false;
  const ByteMask of_record = IsOfOneByte(tag_) ? ByteMask{0xff} : bytes_;
  const std::uint32_t mine =
      detector_.RecordOf(t_, pc_, node_, std::uint32_t{of_record} << 8 | tag_);
  Split split(detector_.records_[id]);
  if (!split.Fits(mine)) return false;
  const auto is_ordered = [&](std::uint32_t part) {
    return part == 0 || detector_.IsOrderedSingle(t_, part);
  };
  for (int w = 0; w < split.words(); ++w) {
    const unsigned in_word = split.InWord(bytes_, w);
    if (in_word == 0) continue;
    std::uint64_t word = split.LoadWord(w);
    if (split.IsFrozen(word, w) || !split.All(word, in_word, is_ordered)) return false;
    if (!split.Exchange(w, in_word, word, mine)) return false;
    half_stored_ = true;
  }
  if (cell.load(std::memory_order_seq_cst) != id) return false;
  if (const std::uint32_t all = detector_.ComposeSplit(t_, id, bytes_)) {
    cell.compare_exchange_strong(id, all, std::memory_order_seq_cst);
  }
  return true;
}

template class QuickChecker<AccessKind::kRead>;
template class QuickChecker<AccessKind::kWrite>;

}  // namespace hbsan
