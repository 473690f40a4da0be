// The common outcomes of AccessChecker::Check for the access that an atomic operation is: the
// running thread made one already in its present epoch, or the cell holds atomic accesses that are
// ordered before it or stand beside it, perhaps with the plain one that initialised the variable.
// Follows the protocol of checker.h.
#include "detector/checker.h"

namespace hbsan {

QuickOutcome AccessChecker::CheckAtomicQuickly(Addr cell_addr, ByteMask bytes) {
  const Shadow& shadow = detector_.shadow_;
  const std::atomic<PlaneMask>& page = shadow.PagePlanes(cell_addr);
  const bool writes = site_.kind == AccessKind::kWrite;
  Cell& written = *shadow.WriteCell(cell_addr);
  Cell& cell = writes ? written : *shadow.ReadCell(t_.plane, cell_addr);
  std::uint32_t old = cell.load(std::memory_order_acquire);
  if (IsOwnSingle(old, bytes)) return QuickOutcome::kNoRace;
  if (!writes && IsOwnSingle(written.load(std::memory_order_acquire), bytes)) {
    return QuickOutcome::kNoRace;
  }
  const PlaneMask plane = writes ? kWritePlaneBit : ReadPlaneBit(t_.plane);
  if ((page.load(std::memory_order_relaxed) & plane) == 0) return QuickOutcome::kUndecided;
  const std::uint32_t after = ComposeAtomic(old, bytes, 0xff);
  if (after == 0 || !cell.compare_exchange_strong(old, after, std::memory_order_seq_cst)) {
    return QuickOutcome::kUndecided;
  }
  if (!writes) {
    return IsSettledForAtomic(written.load(std::memory_order_seq_cst), bytes)
               ? QuickOutcome::kNoRace
               : QuickOutcome::kStored;
  }
  unsigned planes = page.load(std::memory_order_seq_cst) & kReadPlaneBits;
  for (; planes != 0; planes &= planes - 1) {
    const Cell* reads = shadow.ReadCell(std::countr_zero(planes), cell_addr);
    if (!IsSettledForAtomic(reads->load(std::memory_order_seq_cst), bytes)) {
      return QuickOutcome::kStored;
    }
  }
  return QuickOutcome::kNoRace;
}

bool AccessChecker::IsOwnSingle(std::uint32_t id, ByteMask bytes) {
  if (IsPair(id)) id = HalfOf(id, bytes);
  if (!InPresentEpoch(id)) return false;
  const Record& record = detector_.records_[id];
  return record.IsSingle() && (bytes & ~BytesOfSingle(id, record)) == 0;
}

// What stands for `within` after the present access of `bytes` of it, where `old` does now; 0: not
// known here.
std::uint32_t AccessChecker::ComposeAtomic(std::uint32_t old, ByteMask bytes, ByteMask within) {
  if (old == 0) return RecordFor(bytes);
  Records& records = detector_.records_;
  const Record& before = records[old];
  if (before.IsPair()) {
    if (!IsHalf(bytes)) return 0;
    const std::uint32_t mine = ComposeAtomic(HalfOf(old, bytes), bytes, bytes);
    const auto other = static_cast<ByteMask>(~bytes);
    return mine != 0 ? WithOtherHalf(mine, bytes, HalfOf(old, other)) : 0;
  }
  if (before.IsSplit()) return 0;
  if (before.IsList()) {
    if (const std::uint32_t plain = PlainBelow(old, bytes)) {
      return Append(RecordFor(bytes), bytes, plain);
    }
    return site_.kind == AccessKind::kRead ? AddRead(old, RecordFor(bytes), bytes) : 0;
  }
  const ByteMask held = BytesOfSingle(old, before) & within;
  const bool ordered = IsOrdered(records.EpochOf(old));
  const bool replaced = before.atomic() && ordered;
  if (held != bytes) {
    const bool beside = (held & bytes) == 0 || (held == 0xff && replaced);
    return IsHalf(bytes) && beside ? WithOtherHalf(RecordFor(bytes), bytes, old) : 0;
  }
  if (replaced) return RecordFor(bytes);
  const bool stays = ordered || site_.kind == AccessKind::kRead || before.atomic();
  return stays ? Append(RecordFor(bytes), bytes, old) : 0;
}

// The cell's content, `mine` standing for one half and what `old` says of the other for that.
std::uint32_t AccessChecker::WithOtherHalf(std::uint32_t mine, ByteMask half, std::uint32_t old) {
  const Record& record = detector_.records_[mine];
  if (old != 0 && record.IsSingle() && IsSameSite(old, record)) {
    const ByteMask held = BytesOfSingle(old, detector_.records_[old]) | half;
    if (held == 0xff) return RecordFor(0xff);
  }
  return detector_.Pair(t_, half, mine, old);
}

bool AccessChecker::IsSettledForAtomic(std::uint32_t id, ByteMask bytes) const {
  const Records& records = detector_.records_;
  while (id != 0) {
    if (detector_.IsOrderedSingle(t_, id)) return true;
    const Record& record = records[id];
    if (record.IsSplit()) return false;
    if (record.IsPair()) {
      const ByteMask low = bytes & 0x0f;
      const ByteMask high = bytes & 0xf0;
      return (low == 0 || IsSettledForAtomic(record.low, low)) &&
             (high == 0 || IsSettledForAtomic(record.high, high));
    }
    const bool last = !record.IsList();
    const std::uint32_t index = last ? id : record.head;
    const ByteMask of_record = last ? BytesOfSingle(id, record) : record.bytes;
    if ((of_record & bytes) != 0 && !records[index].atomic() &&
        !IsOrdered(records.EpochOf(index))) {
      return false;
    }
    id = last ? 0 : record.tail;
  }
  return true;
}

}  // namespace hbsan
