#include "detector/turns.h"

#include <algorithm>
#include <iterator>

#include "detector/checker.h"

namespace hbsan {

std::uint32_t Detector::OwnTurn(ThreadState& t, std::uint32_t id, ByteMask bytes) {
  if (id == 0 || !records_.IsMixed(id)) return 0;
  ForgetReusedIds(*t.worker);
  TurnCacheEntry& known = t.worker->TurnAt(id);
  if (known.cell == id && known.tid == t.tid && records_[known.node].bytes == bytes) {
    return known.node;
  }
  const std::uint32_t node = FindOwnTurn(t, id, bytes);
  if (node != 0 && !records_.marking()) known = {id, node, t.tid};  // see KeepTransition
  return node;
}

std::uint32_t Detector::FindOwnTurn(const ThreadState& t, std::uint32_t id, ByteMask bytes) const {
  if (const Record& pair = records_[id]; pair.IsPair()) {
    id = bytes == 0x0f ? pair.low : bytes == 0xf0 ? pair.high : 0;
  }
  if (!IsTurn(id) || records_[id].bytes != bytes) return 0;
  for (const std::uint32_t base = records_[id].base; id != base; id = records_[id].tail) {
    if (records_.TidOf(id) == t.tid) return id;
  }
  return 0;
}

std::uint32_t Detector::NewTurn(ThreadState& t, std::uint8_t tag, std::uint32_t mine,
                                ByteMask bytes, std::uint32_t below) {
  if (records_.marking()) records_.Mark(below);
  const std::uint32_t node = NewRecord(t);
  Turn(records_[node]).Make(tag, mine, bytes, below, records_[below]);
  records_.SetMixed(node);
  return node;
}

HBSAN_PRESERVE_MOST QuickOutcome Detector::ReadByTurn(ThreadState& t, Addr addr, ByteMask bytes,
                                                      std::uint32_t old, std::uintptr_t pc,
                                                      std::uint32_t node, std::uint8_t tag) {
  const std::uint32_t own = OwnTurn(t, old, bytes);
  if (own == 0) return QuickOutcome::kUndecided;
  Turn turn(records_[own]);
  if (t.InPresentEpoch(turn.Head())) {
    AddTurnCredit(t, -kReadAgain);
    if (PrefersTurns(t)) return QuickOutcome::kNoRace;
    AddTurnCredit(t, -kMostTurnCredit);  // to stay with lists for a while
    return QuickOutcome::kUndecided;
  }
  const std::uint32_t record = RecordOf(t, pc, node, 0xffu << 8 | tag);
  const Cell& cell = *shadow_.ReadCell(t.plane, addr);
  if (!turn.Exchange(record)) return QuickOutcome::kUndecided;
  if (cell.load(std::memory_order_seq_cst) != old) return QuickOutcome::kHalfStored;
  AddTurnCredit(t, 1);
  const Cell& writes = *shadow_.WriteCell(addr);
  return IsSettled(t, writes.load(std::memory_order_seq_cst), bytes) ? QuickOutcome::kNoRace
                                                                     : QuickOutcome::kStored;
}

bool AccessChecker::MustThaw(std::uint32_t id, ByteMask bytes) const {
  const bool replaces = site_.kind == AccessKind::kWrite && !atomic_;
  if (!detector_.records_.HoldsTurns(id) || IsOneMoreReader(id, bytes)) return false;
  const Record& top = detector_.records_[id];
  if (top.IsTurn()) return !replaces || (top.bytes & ~bytes) != 0;
  const std::uint32_t half = bytes == 0x0f ? top.low : top.high;
  return !IsHalf(bytes) || (!replaces && detector_.IsTurn(half) && !IsOneMoreReader(half, bytes));
}

bool AccessChecker::IsOneMoreReader(std::uint32_t id, ByteMask bytes) const {
  if (!IsPlainRead() || !detector_.IsTurn(id)) return false;
  const Record& top = detector_.records_[id];
  return top.IsReader() && top.bytes == bytes && top.turns < Turn::kMostReaders &&
         detector_.PrefersTurns(t_);
}

void AccessChecker::Thaw(Cell& cell, std::uint32_t id) {
  detector_.FreezeTurns(id, 0xff);
  std::uint32_t after;
  if (IsPair(id)) {
    const std::uint32_t low = Thawed(detector_.records_[id].low);
    const std::uint32_t high = Thawed(detector_.records_[id].high);
    after = detector_.Pair(t_, 0x0f, low, high);
  } else {
    after = Thawed(id);
  }
  cell.compare_exchange_strong(id, after, std::memory_order_seq_cst);
}

// What a thread accessed before it had a node is out of use, unless it is plain and what it
// accessed since is atomic.
std::uint32_t AccessChecker::Thawed(std::uint32_t id) {
  if (!detector_.IsTurn(id)) return id;
  const Records& records = detector_.records_;
  const ByteMask bytes = records[id].bytes;
  std::uint32_t latest[Turn::kMostReaders];
  std::uint32_t* end = latest;
  std::uint32_t rest = 0;
  ForEach(id, bytes, [&](std::uint32_t index, ByteMask b) {
    const auto replaces = [&](std::uint32_t seen) {
      return records.TidOf(seen) == records.TidOf(index) &&
             records[seen].clock() >= records[index].clock() &&
             (records[index].atomic() || !records[seen].atomic());
    };
    if (std::any_of(latest, end, replaces)) return true;
    if (end != std::end(latest)) *end++ = index;
    rest = Append(index, b, rest);
    return true;
  });
  return rest;
}

void Detector::FreezeTurns(std::uint32_t id, ByteMask within) {
  if (id == 0 || !records_.IsMixed(id)) return;
  if (const Record& top = records_[id]; top.IsPair()) {
    if ((within & 0x0f) != 0) FreezeTurns(top.low, 0x0f);
    if ((within & 0xf0) != 0) FreezeTurns(top.high, 0xf0);
  } else if (top.IsTurn() && (top.bytes & within) != 0) {
    for (; id != top.base; id = records_[id].tail) Turn(records_[id]).Freeze();
  }
}

}  // namespace hbsan
