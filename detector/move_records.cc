// Moving records out of chunks with few of them, so that such chunks become free: a part of
// Reclaim.
//
// What locks guard is recorded anew in each epoch, and now and then a record stays for long among
// many that go: chunks that are kept for one record in ten would be most of the memory.
//
// Only single records move, and only those that cells hold: a record that a list, patches, ...
// names keeps its chunk (Mark). To move is to copy the records, which never change, and to let the
// cells hold the copies' ids instead. A cell's content is changed by compare-and-swap alone, so
// whoever read the old id sees that, or puts a list or its like with the old id there, which the
// walk then finds and marks. (It may be one that was made, and remembered, before marking began.)
#include <algorithm>
#include <bit>

#include "detector/records.h"

namespace hbsan {

template <typename Visit>
void Records::ForEachNotedChunk(Visit visit) const {
  const std::uint32_t end = EndOfChunks();
  for (std::uint32_t c = kRun; c < end; ++c) {
    if (states_[c].load(std::memory_order_relaxed) == kCandidate && noted_[c] != 0) visit(c);
  }
}

bool Records::BeginMove() {
  constexpr int kFew = kChunkRecords / 2 - 1;  // two chunks of so many fit into one
  const auto is_sparse = [&](std::uint32_t c) { return std::popcount(noted_[c]) <= kFew; };
  ForEachNotedChunk(
      [&](std::uint32_t c) { Header(c).owner->sparse_chunks = Header(c).owner->moves_to = 0; });
  std::uint64_t sparse = 0;
  ForEachNotedChunk([&](std::uint32_t c) {
    if (is_sparse(c) && ++Header(c).owner->sparse_chunks > 1) ++sparse;
  });
  const bool worth = sparse > reclaim_at_.load(std::memory_order_relaxed) / 4;
  ForEachNotedChunk([&](std::uint32_t c) {
    std::uint8_t candidate = kCandidate;
    if (!worth || !is_sparse(c) || Header(c).owner->sparse_chunks <= 1) {
      MarkChunk(c * kChunkRecords);
    } else if (states_[c].compare_exchange_strong(candidate, kSource, std::memory_order_acq_rel)) {
      MoveRecords(c);
    }
  });
  return worth;
}

void Records::MoveRecords(std::uint32_t chunk) {
  ChunkHeader& from = Header(chunk);
  ThreadDescription* const owner = from.owner;
  std::uint32_t to = owner->moves_to;
  const auto count = static_cast<std::uint32_t>(std::popcount(noted_[chunk]));
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
  from.moved_to = to;
  std::uint64_t bound = SummaryOf(to).bound.load(std::memory_order_relaxed);
  for (std::uint64_t left = noted_[chunk]; left != 0; left &= left - 1) {
    const auto slot = static_cast<std::uint32_t>(std::countr_zero(left));
    records_[to] = records_[chunk * kChunkRecords + slot];
    bound = std::max(bound, Epoch{from.tid, records_[to++].clock()}.bits());
  }
  SummaryOf(to - 1).bound.store(bound, std::memory_order_relaxed);
  owner->moves_to = to;
}

}  // namespace hbsan
