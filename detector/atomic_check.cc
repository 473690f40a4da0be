// The common outcomes of AccessChecker::Check for the access that an atomic operation is: the
// running thread made one already in its present epoch, or the cell holds atomic accesses that are
// ordered before it or stand beside it, perhaps with the plain one that initialised the variable.
// Follows the protocol of checker.h.
#include "detector/checker.h"

namespace hbsan {

bool Detector::IsOwnAtomic(const ThreadState& t, AccessKind kind, Addr addr,
                           std::size_t size) const {
  const std::size_t offset = addr % kCellBytes;
  if (offset + size > kCellBytes) return false;
  const Addr cell_addr = addr - offset;
  const auto bytes = static_cast<ByteMask>(((1u << size) - 1) << offset);
  const std::uint32_t written = shadow_.WriteCell(cell_addr)->load(std::memory_order_acquire);
  if (IsOwnLast(t, written, bytes)) return true;
  return kind == AccessKind::kRead &&
         IsOwnLast(t, shadow_.ReadCell(t.plane, cell_addr)->load(std::memory_order_acquire), bytes);
}

// The last access that `id` stands for is the thread's own, of its present epoch and of all these
// bytes. A pair around one may be another thread's, which is not looked into.
bool Detector::IsOwnLast(const ThreadState& t, std::uint32_t id, ByteMask bytes) const {
  if (!t.InPresentEpoch(id)) return false;
  if (const Record& pair = records_[id]; pair.IsPair()) {
    id = (bytes & 0xf0) == 0 ? pair.low : (bytes & 0x0f) == 0 ? pair.high : 0;
    if (!t.InPresentEpoch(id)) return false;
  }
  const Record& record = records_[id];
  if (record.IsList()) return t.InPresentEpoch(record.head) && (bytes & ~record.bytes) == 0;
  return record.IsSingle() && (bytes & ~BytesOfSingle(id, record)) == 0;
}

bool Detector::CheckAtomic(ThreadState& t, const Site& site, Addr addr, std::size_t size,
                           std::optional<Race>& race) {
  const std::size_t offset = addr % kCellBytes;
  const bool in_one_cell = size > 0 && offset + size <= kCellBytes;
  if (!in_one_cell) {
    Race found;
    if (CheckAccess(t, site, addr, size, found)) race = found;
    return race.has_value();
  }
  const Addr cell = addr - offset;
  const auto bytes = static_cast<ByteMask>(((1u << size) - 1) << offset);
  AccessChecker checker(*this, t, site, addr, size);
  const QuickOutcome outcome = checker.CheckAtomicQuickly(cell, bytes);
  if (outcome == QuickOutcome::kNoRace) return false;
  Race found;
  if (checker.Finish(outcome, cell, bytes, found)) race = found;
  return race.has_value();
}

QuickOutcome AccessChecker::CheckAtomicQuickly(Addr cell_addr, ByteMask bytes) {
  const Shadow& shadow = detector_.shadow_;
  std::atomic<PlaneMask>& page = shadow.PagePlanes(cell_addr);
  const bool writes = site_.kind == AccessKind::kWrite;
  Cell& written = *shadow.WriteCell(cell_addr);
  Cell& cell = writes ? written : *shadow.ReadCell(t_.plane, cell_addr);
  std::uint32_t old = cell.load(std::memory_order_acquire);
  QuickOutcome undecided = QuickOutcome::kUndecided;
  if (writes) {
    while (const std::uint32_t own = detector_.OwnTurn(t_, old, bytes)) {
      if (!Turn(detector_.records_[own]).Exchange(RecordFor(bytes))) return undecided;
      undecided = QuickOutcome::kHalfStored;
      const std::uint32_t now = cell.load(std::memory_order_seq_cst);
      if (now == old) return QuickOutcome::kNoRace;
      old = now;
    }
  }
  const PlaneMask plane = writes ? kWritePlaneBit : ReadPlaneBit(t_.plane);
  if ((page.load(std::memory_order_relaxed) & plane) == 0) return undecided;
  const std::uint32_t after = ComposeAtomic(old, bytes);
  if (after == 0 || !cell.compare_exchange_strong(old, after, std::memory_order_seq_cst)) {
    return undecided;
  }
  unsigned planes = Shadow::NoteChange(page) & kReadPlaneBits;
  if (!writes) {
    return IsSettledForAtomic(written.load(std::memory_order_seq_cst), bytes)
               ? QuickOutcome::kNoRace
               : QuickOutcome::kStored;
  }
  for (; planes != 0; planes &= planes - 1) {
    const Cell* reads = shadow.ReadCell(std::countr_zero(planes), cell_addr);
    if (!IsSettledForAtomic(reads->load(std::memory_order_seq_cst), bytes)) {
      return QuickOutcome::kStored;
    }
  }
  return QuickOutcome::kNoRace;
}

std::uint32_t AccessChecker::ComposeAtomic(std::uint32_t old, ByteMask bytes) {
  const std::uint32_t mine = RecordFor(bytes);
  if (old == 0) return mine;
  const Record& before = detector_.records_[old];
  if (before.IsSplit() || before.IsPatches()) return 0;
  if (before.IsSingle() && BytesOfSingle(old, before) == bytes && before.atomic() &&
      GoesUnder(old)) {
    return mine;
  }
  // Atomic operations mostly start an epoch each, and with it a record that no transition knows.
  const bool is_new = mine + 1 == t_.cursor;
  if (!is_new) {
    if (const Transition* const known = detector_.FindTransition(t_, old, mine, bytes)) {
      return known->may_race ? 0 : known->after;
    }
  }
  std::uint32_t after;
  if (before.IsPair()) {
    if (!IsHalf(bytes)) return 0;
    const std::uint32_t half = ComposeAtomicPart(HalfOf(old, bytes), mine, bytes, bytes);
    if (half == 0) return 0;
    after = WithOtherHalf(half, bytes, HalfOf(old, static_cast<ByteMask>(~bytes)));
  } else {
    after = ComposeAtomicPart(old, mine, bytes, 0xff);
    if (after == 0) return 0;
  }
  if (!is_new) {
    detector_.KeepTransition(t_, {old, mine, after, bytes, /*may_race=*/false, /*mixture=*/false});
  }
  return after;
}

// What stands for `within` after the present access of `bytes` of it, whose record is `mine`, where
// `old`, which is no pair and no split, does now; 0: not known here.
std::uint32_t AccessChecker::ComposeAtomicPart(std::uint32_t old, std::uint32_t mine,
                                               ByteMask bytes, ByteMask within) {
  if (old == 0) return mine;
  const Record& before = detector_.records_[old];
  const bool writes = site_.kind == AccessKind::kWrite;
  if (!before.IsSingle()) {
    if (writes) return ComposeAtomicWrites(old, mine, bytes, within);
    const std::uint32_t plain = PlainBelow(old, bytes);
    return plain != 0 ? Append(mine, bytes, plain) : AddRead(old, mine, bytes);
  }
  const ByteMask held = BytesOfSingle(old, before) & within;
  const bool goes = before.atomic() && GoesUnder(old);
  const bool settled = !writes || goes || IsOrdered(detector_.records_.EpochOf(old));
  if (held != bytes) {
    if (!IsHalf(bytes)) return 0;
    if ((held & bytes) == 0) return WithOtherHalf(mine, bytes, old);
    if (held == 0xff && goes) return PairWith(old, bytes, mine);
    if (held != 0xff || before.atomic() || !settled) return 0;
    return PairWith(old, bytes, Append(mine, bytes, HalfOf(old, bytes)));
  }
  if (goes) return mine;
  if (writes && before.atomic()) return NewWriter(mine, bytes, old);
  return settled ? Append(mine, bytes, old) : 0;
}

// The same for a write, where other threads' writers stand already, or a short list, all of the
// same bytes.
std::uint32_t AccessChecker::ComposeAtomicWrites(std::uint32_t old, std::uint32_t mine,
                                                 ByteMask bytes, ByteMask within) {
  constexpr int kMost = 4;
  const Records& records = detector_.records_;
  if (const Record& top = records[old]; top.IsWriter()) {
    const bool one_more = top.bytes == bytes && top.turns < Turn::kMostWriters;
    return one_more && IsSettledForAtomic(top.base, bytes) ? NewWriter(mine, bytes, old) : 0;
  }
  bool all_go = true;
  std::uint32_t id = old;
  for (int count = 0; records[id].IsList(); id = records[id].tail) {
    const Record& node = records[id];
    if (node.bytes != bytes || ++count == kMost || !records[node.head].atomic()) return 0;
    all_go = all_go && GoesUnder(node.head);
  }
  const Record& last = records[id];
  if ((BytesOfSingle(id, last) & within) != bytes) return 0;
  if (last.atomic()) {
    return all_go && GoesUnder(id) ? mine : NewWriter(mine, bytes, old);
  }
  if (!IsOrdered(records.EpochOf(id))) return 0;
  return all_go ? Append(mine, bytes, id) : NewWriter(mine, bytes, old);
}

// The present access takes the place of the record of another atomic one. A write to a variable
// with a sync object stands beside another thread's, even if that is ordered before it: the threads
// will go on by turns.
bool AccessChecker::GoesUnder(std::uint32_t index) const {
  const Epoch epoch = detector_.records_.EpochOf(index);
  if (epoch.tid() == t_.tid) return true;
  const bool stays = site_.kind == AccessKind::kWrite &&
                     detector_.shadow_.SyncCell(addr_)->load(std::memory_order_relaxed) != 0;
  return !stays && IsOrdered(epoch);
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
    if (record.IsSplit() || record.IsPatches() || record.IsReader()) return false;
    if (record.IsWriter()) {
      if ((record.bytes & bytes) == 0) return true;
      id = record.base;
      continue;
    }
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
