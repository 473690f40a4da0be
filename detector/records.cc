#include "detector/records.h"

#include <algorithm>

namespace hbsan {

void Records::Init(const Host& host) {
  host_ = &host;
  const std::size_t records = std::size_t{1} << kIndexBits;
  records_ = static_cast<Record*>(host.reserve(sizeof(Record) * records));
  states_ = static_cast<std::atomic<std::uint8_t>*>(host.reserve(records / kChunkRecords));
  reclaim_at_ = kMinReclaim;
}

void Records::TakeChunk(ThreadState& t) {
  RetireChunk(t);
  std::uint32_t chunk;
  {
    SpinLockHolder hold(lock_);
    if (free_chunk_ != 0) {
      chunk = free_chunk_;
      free_chunk_ = Header(chunk).next_free;
    } else {
      chunk = ++used_chunks_;
      if (chunk >= (kIndexMask + 1) / kChunkRecords) host_->fatal("too many access records");
    }
    ++live_;
  }
  ++t.description->references;
  Header(chunk) = {t.description, t.tid, 0};
  states_[chunk].store(kActive, std::memory_order_release);
  t.epoch_first = t.cursor = chunk * kChunkRecords + 1;  // slot 0 is the header
  t.chunk_end = (chunk + 1) * kChunkRecords;
}

void Records::RetireChunk(ThreadState& t) {
  if (t.chunk_end == 0) return;
  const std::uint32_t chunk = (t.chunk_end - 1) / kChunkRecords;
  states_[chunk].store(kRetired, std::memory_order_release);
  retired_.fetch_add(1, std::memory_order_relaxed);
  t.epoch_first = t.cursor = t.chunk_end = 0;
}

void Records::BeginMark() {
  for (std::uint32_t c = 1; c <= used_chunks_; ++c) {
    std::uint8_t retired = kRetired;
    states_[c].compare_exchange_strong(retired, kCandidate, std::memory_order_acq_rel);
  }
  marking_.store(true, std::memory_order_seq_cst);
}

void Records::Mark(std::uint32_t id) {
  while (id != 0) {
    MarkChunk(id);
    const Record& record = (*this)[id];
    if (!record.IsList()) return;
    MarkChunk(record.head);
    id = record.tail;
  }
}

void Records::MarkChunk(std::uint32_t id) {
  std::uint8_t candidate = kCandidate;
  std::atomic<std::uint8_t>& state = states_[(id & kIndexMask) / kChunkRecords];
  if (state.load(std::memory_order_relaxed) == kCandidate) {
    state.compare_exchange_strong(candidate, kMarked, std::memory_order_acq_rel);
  }
}

void Records::Sweep(void (*forgotten)(ThreadDescription*)) {
  std::uint64_t kept = 0;
  for (std::uint32_t c = 1; c <= used_chunks_; ++c) {
    const std::uint8_t state = states_[c].load(std::memory_order_acquire);
    if (state == kMarked) {
      states_[c].store(kRetired, std::memory_order_relaxed);
      ++kept;
    } else if (state == kCandidate) {
      ThreadDescription* owner = Header(c).owner;
      states_[c].store(kFree, std::memory_order_relaxed);
      {
        SpinLockHolder hold(lock_);
        Header(c).next_free = free_chunk_;
        free_chunk_ = c;
        --live_;
      }
      retired_.fetch_sub(1, std::memory_order_relaxed);
      if (owner->references.fetch_sub(1, std::memory_order_acq_rel) == 1) forgotten(owner);
    }
  }
  marking_.store(false, std::memory_order_relaxed);
  reclaim_at_.store(std::max(kMinReclaim, 2 * kept), std::memory_order_relaxed);
}

}  // namespace hbsan
