// Moving records out of chunks with few of them, so that such chunks become free: a part of
// Reclaim.
//
// What locks guard is recorded anew in each epoch, and now and then a record stays for long among
// many that go: chunks that are kept for one record in ten would be most of the memory.
//
// To move is to copy what never changes, single records, lists, pairs and patches, and to let the
// cells hold the copies' ids instead; a copy names the copies of what the original named. A split,
// which is one cell's, is frozen before it is copied. What threads access by turns stays, with what
// it names (Mark).
//
// A cell's content is changed by compare-and-swap alone, so whoever read an old id sees that, or
// puts a list or its like that names it there, which he has marked, or the second walk finds and
// marks. (It may be one that was made, and remembered, before marking began.) Whatever is marked
// stays, though there be a copy.
#include <algorithm>
#include <bit>
#include <utility>

#include "detector/patches.h"
#include "detector/records.h"
#include "detector/split.h"

namespace hbsan {

template <typename Visit>
void Records::ForEachNotedChunk(Visit visit) const {
  const std::uint32_t end = EndOfChunks();
  for (std::uint32_t c = kRun; c < end; ++c) {
    if (states_[c].load(std::memory_order_relaxed) == kCandidate && noted_[c] != 0) visit(c);
  }
}

template <typename Visit>
void Records::ForEachNoted(std::uint32_t chunk, Visit visit) const {
  for (std::uint64_t left = noted_[chunk]; left != 0; left &= left - 1) {
    visit(chunk * kChunkRecords + static_cast<std::uint32_t>(std::countr_zero(left)));
  }
}

bool Records::NoteSlot(std::uint32_t id) {
  const std::uint32_t chunk = (id & kIndexMask) / kChunkRecords;
  std::uint8_t state = states_[chunk].load(std::memory_order_relaxed);
  if (state == kCommon) {  // of which something must stay
    states_[chunk].compare_exchange_strong(state, kCandidate, std::memory_order_relaxed);
  }
  if (state != kCommon && state != kCandidate) return false;
  noted_[chunk] |= BitOf(id);
  return true;
}

bool Records::BeginMove(std::uint64_t pages, bool always) {
  constexpr int kFew = kChunkRecords / 2 - 1;  // two chunks of so many fit into one
  const auto is_sparse = [&](std::uint32_t c) { return std::popcount(noted_[c]) <= kFew; };
  ForEachNotedChunk(
      [&](std::uint32_t c) { Header(c).owner->sparse_chunks = Header(c).owner->moves_to = 0; });
  std::uint64_t sparse = 0;
  ForEachNotedChunk([&](std::uint32_t c) {
    if (is_sparse(c) && ++Header(c).owner->sparse_chunks > 1) ++sparse;
  });
  const bool worth = always || 8 * sparse > LeastDue(pages);
  ForEachNotedChunk([&](std::uint32_t c) {
    if (worth && is_sparse(c) && (always || Header(c).owner->sparse_chunks > 1)) return;
    MarkChunk(c * kChunkRecords);
    ForEachNoted(c, [&](std::uint32_t index) {
      if (IsMixed(index)) Mark(index);
    });
  });
  std::uint32_t sources = 0;
  ForEachNotedChunk([&](std::uint32_t c) {
    std::uint8_t candidate = kCandidate;
    if (!states_[c].compare_exchange_strong(candidate, kSource, std::memory_order_acq_rel)) return;
    MoveRecords(c);
    next_free_[c] = std::exchange(sources, c);
  });
  for (std::uint32_t c = sources; c != 0; c = next_free_[c]) MoveNamed(c);
  return worth;
}

std::uint32_t Records::TakePlaces(std::uint32_t chunk, std::uint32_t count) {
  const ChunkHeader& from = Header(chunk);
  ThreadDescription* const owner = from.owner;
  std::uint32_t to = owner->moves_to;
  if (to % kChunkRecords == 0 || to % kChunkRecords + count > kChunkRecords) {
    std::uint32_t one = 1;
    const std::uint32_t taken = TakeFree(owner, from.tid, one);
    ++owner->references;
    states_[taken].store(kMarked, std::memory_order_relaxed);
    retired_.fetch_add(1, std::memory_order_relaxed);
    to = taken * kChunkRecords + 1;
    SummaryOf(to).mixed.store(0, std::memory_order_relaxed);
    SummaryOf(to).bound.store(Epoch{from.tid, {}}.bits(), std::memory_order_relaxed);
  }
  owner->moves_to = to + count;
  return to;
}

void Records::MoveRecords(std::uint32_t chunk) {
  ForEachNoted(chunk, [&](std::uint32_t index) {  // which may still change
    if (IsMixed(index) && (*this)[index].IsSplit()) noted_[chunk] &= ~BitOf(index);
  });
  if (noted_[chunk] == 0) return;
  std::uint32_t to = TakePlaces(chunk, static_cast<std::uint32_t>(std::popcount(noted_[chunk])));
  Header(chunk).moved_to = to;
  std::uint64_t bound = SummaryOf(to).bound.load(std::memory_order_relaxed);
  ForEachNoted(chunk, [&](std::uint32_t index) {
    records_[to] = records_[index];
    if (IsMixed(index)) {
      SetMixed(to);
    } else {
      bound = std::max(bound, Epoch{Header(chunk).tid, records_[to].clock()}.bits());
    }
    ++to;
  });
  SummaryOf(to - 1).bound.store(bound, std::memory_order_relaxed);
}

void Records::MoveNamed(std::uint32_t chunk) {
  std::uint32_t to = Header(chunk).moved_to;
  ForEachNoted(chunk, [&](std::uint32_t) {
    Record& copy = records_[to];
    if (!IsMixed(to++)) return;
    if (copy.IsPair()) {
      copy.MakePair(Moved(copy.low), Moved(copy.high));
    } else if (copy.IsPatches()) {
      Patches moved;
      int count = 0;
      Patches(copy).All([&](std::uint32_t index, ByteMask bytes) {
        moved.Set(count++, Moved(index), bytes);
        return true;
      });
      copy = moved.AsRecord();
    } else {
      copy.head = Moved(copy.head);
      copy.tail = Moved(copy.tail);
    }
  });
}

std::uint32_t Records::MovedSplit(std::uint32_t id) {
  Split split((*this)[id]);
  split.Freeze();
  Split::Ids ids;
  for (std::size_t i = 0; i < kCellBytes; ++i) ids[i] = Moved(split.Load(static_cast<int>(i)));
  const bool near = split.near() && Split::AllNear(ids);
  const std::uint32_t chunk = (id & kIndexMask) / kChunkRecords;
  const std::uint32_t to = TakePlaces(chunk, near ? Split::kNearSlots : Split::kFarSlots);
  near ? Split::MakeNear(records_[to], ids) : Split::MakeFar(records_[to], ids);
  SetMixed(to);
  return (id & ~kIndexMask) | to;
}

}  // namespace hbsan
