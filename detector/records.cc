#include "detector/records.h"

#include <algorithm>

#include "detector/patches.h"
#include "detector/split.h"
#include "detector/turns.h"

namespace hbsan {
namespace {

// Visits the chunks of a run so that those handed out one after the other, to threads that run
// side by side, have their summaries on different lines of the processor's caches.
template <typename Visit>
void ForEachApart(std::uint32_t run, Visit visit) {
  constexpr std::uint32_t kPerLine = 4;
  for (std::uint32_t i = 0; i < kPerLine; ++i) {
    for (std::uint32_t c = i; c < Records::kRun; c += kPerLine) visit(run + c);
  }
}

// visit(id) for all that the record, of several, names but the last, which is returned.
template <typename Visit>
std::uint32_t VisitNamed(Record& record, Visit visit) {
  if (record.IsSplit()) {
    constexpr int kLast = kCellBytes - 1;
    const Split split(record);
    for (int i = 0; i < kLast; ++i) visit(split.Load(i));
    return split.Load(kLast);
  }
  if (record.IsPatches()) {
    Patches(record).All([&](std::uint32_t index, ByteMask) {
      visit(index);
      return true;
    });
    return 0;
  }
  visit(record.IsPair() ? record.low : record.IsTurn() ? Turn(record).Head() : record.head);
  return record.IsPair() ? record.high : record.tail;
}

}  // namespace

void Records::Init(const Host& host) {
  host_ = &host;
  const std::size_t records = std::size_t{1} << kIndexBits;
  records_ = static_cast<Record*>(host.reserve(sizeof(Record) * records));
  const std::size_t chunks = records / kChunkRecords;
  states_ = static_cast<std::atomic<std::uint8_t>*>(host.reserve(chunks));
  summaries_ = static_cast<Summary*>(host.reserve(chunks * sizeof(Summary)));
  noted_ = static_cast<std::uint64_t*>(host.reserve(chunks * sizeof(*noted_)));
  kept_ = static_cast<std::atomic<std::uint64_t>*>(host.reserve(chunks * sizeof(*kept_)));
  next_free_ = static_cast<std::uint32_t*>(host.reserve(chunks * sizeof(*next_free_)));
  reclaim_at_ = kMinReclaim;
}

// What a thread recorded in its epoch stays within reach of the inline check only as long as the
// ids lie in one range, so an epoch that needs many records gets ever larger ones.
void Records::TakeChunks(ThreadState& t) {
  const std::uint32_t had = (t.chunk_end - t.chunk_begin) / kChunkRecords;
  const bool began_here = t.epoch_first != t.cursor;
  const bool used_half = (t.cursor - t.epoch_first) * 2 > had * kChunkRecords;
  std::uint32_t count = 1;
  if (began_here) {
    count = kRun;
    if (used_half && had >= kRun) {
      count = std::min(4 * had, MostChunks());
      if (count > had && Extend(t, count - had)) return TakeNextOfRun(t);
    }
  }
  RetireChunks(t);
  const std::uint32_t first = TakeFree(t.description, t.tid, count);
  t.description->references += count;
  t.chunk_begin = first * kChunkRecords;
  t.chunk_end = (first + count) * kChunkRecords;
  t.epoch_first = t.reusable_first = t.cursor = t.chunk_begin + 1;  // slot 0 is the header
  Open(t, t.cursor);
}

// What an epoch goes on recording in one range cannot be reclaimed meanwhile, so that a range is
// not longer than what may pile up anyway.
std::uint32_t Records::MostChunks() const {
  const std::uint64_t due = reclaim_at_.load(std::memory_order_relaxed);
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(due, kMostChunks)) & ~(kRun - 1);
}

// By `count` chunks, where they would be taken anyway and none lies behind the thread's last one.
bool Records::Extend(ThreadState& t, std::uint32_t count) {
  SpinLockHolder hold(lock_);
  if (t.chunk_end / kChunkRecords != end_ || RunsFor(count) != nullptr) return false;
  if (end_ + count > kCapacity) return false;
  for (std::uint32_t c = end_; c < end_ + count; ++c) {
    states_[c].store(kActive, std::memory_order_release);
  }
  end_ += count;
  live_ += count;
  t.chunk_end += count * kChunkRecords;
  t.description->references += count;
  return true;
}

void Records::TakeNextOfRun(ThreadState& t) {
  Close(t, t.cursor - 1);
  Open(t, t.cursor);
  Header(t.cursor++ / kChunkRecords) = {t.description, t.tid, 0};
}

std::uint32_t Records::AllocateAdjacent(ThreadState& t, std::uint32_t count) {
  const std::uint32_t slot = t.cursor % kChunkRecords;
  if (slot + count > kChunkRecords) t.cursor += kChunkRecords - slot;
  const std::uint32_t first = Allocate(t);
  t.cursor += count - 1;
  return first;
}

// The first of `count` adjacent chunks, which are active and the owner's from now on. Of more than
// kRun there may be fewer, in whole runs. The headers of the others are written when they are
// needed, so that a run costs little memory before.
std::uint32_t Records::TakeFree(ThreadDescription* owner, Tid tid, std::uint32_t& count) {
  SpinLockHolder hold(lock_);
  std::uint32_t* const runs = RunsFor(count);
  if (count == 1 && free_chunk_ == 0) {
    const std::uint32_t run = TakeFreeRun(runs);
    ForEachApart(run, [this](std::uint32_t c) { Push(free_chunk_, c); });
  }
  const std::uint32_t first = count == 1 ? Pop(free_chunk_) : TakeFreeRun(runs);
  std::uint32_t end = first + std::min(count, kRun);
  while (end < first + count && end == (runs != nullptr ? *runs : end_)) {
    TakeFreeRun(runs);
    end += kRun;
  }
  count = end - first;
  live_ += count;
  Header(first) = {owner, tid, 0};
  SummaryOf(first * kChunkRecords)
      .bound.store(Epoch{tid, kNever}.bits(), std::memory_order_relaxed);
  for (std::uint32_t c = first; c < end; ++c) {
    states_[c].store(kActive, std::memory_order_release);  // pairs with ForEachOwnedChunk
  }
  return first;
}

// The list of free runs to take `count` chunks from, of the shortest gaps that are long enough.
// Null: none, but chunks that were never used, unless there are so many free ones that shorter gaps
// must do.
std::uint32_t* Records::RunsFor(std::uint32_t count) {
  const int fitting = GapClass(std::max(count, kRun));
  for (int c = fitting; c < kGapClasses; ++c) {
    if (free_runs_[c] != 0) return &free_runs_[c];
  }
  if (!fills_gaps_ && end_ + count < kCapacity / 2) return nullptr;
  for (int c = fitting; c-- > 0;) {
    if (free_runs_[c] != 0) return &free_runs_[c];
  }
  return nullptr;
}

// Of the list, or a new one.
std::uint32_t Records::TakeFreeRun(std::uint32_t* runs) {
  if (runs != nullptr) return Pop(*runs);
  const std::uint32_t run = end_;
  end_ += kRun;
  if (end_ > kCapacity) host_->fatal("too many access records");
  return run;
}

std::uint32_t Records::KeptBelowRead(std::uint32_t list, ByteMask bytes, Epoch now,
                                     bool atomic) const {
  constexpr std::uint32_t kLong = 4;
  constexpr std::uint32_t kTooLong = 512;  // for anybody's turn
  const Record& node = (*this)[list];
  const bool looks = node.length >= kLong && LooksThroughLists(now);
  if (TidOf(node.head) == now.tid() && (node.bytes & ~bytes) == 0 &&
      ((*this)[node.head].atomic() || !atomic) && !looks) {
    return node.tail;
  }
  if (node.length < kLong || (looks && node.length < kTooLong)) return 0;
  return node.length >> node.pruned_length_log2 < 2 ? list : 0;
}

void Records::RetireChunks(ThreadState& t) {
  const std::uint32_t begin = t.chunk_begin / kChunkRecords;
  std::uint32_t end = t.chunk_end / kChunkRecords;
  if (begin != end) Close(t, t.cursor - 1);
  const std::uint32_t used = (t.cursor + kChunkRecords - 1) / kChunkRecords - begin;
  const std::uint32_t used_runs = std::max((used + kRun - 1) / kRun, 1u);
  if (end > begin + used_runs * kRun) {
    GiveBackRuns(t, begin + used_runs * kRun, end);
    end = begin + used_runs * kRun;
  }
  for (std::uint32_t c = begin; c < end; ++c) {
    if (c * kChunkRecords >= t.cursor) Header(c) = {t.description, t.tid, 0};
    states_[c].store(kRetired, std::memory_order_release);
    retired_.fetch_add(1, std::memory_order_relaxed);
  }
  t.epoch_first = t.reusable_first = t.cursor = t.chunk_begin = t.chunk_end = 0;
  t.last_release.object = 0;
}

// In which no record was made.
void Records::GiveBackRuns(ThreadState& t, std::uint32_t begin, std::uint32_t end) {
  t.description->references -= end - begin;  // the live thread has its own
  SpinLockHolder hold(lock_);
  for (std::uint32_t c = begin; c < end; ++c) states_[c].store(kFree, std::memory_order_relaxed);
  live_ -= end - begin;
  if (end == end_) {
    end_ = begin;
  } else {
    AddGap(begin, end);
  }
}

bool Records::HoldsTurns(std::uint32_t id) const {
  if (id == 0 || !IsMixed(id)) return false;
  const Record& record = (*this)[id];
  return record.IsPair() ? HoldsTurns(record.low) || HoldsTurns(record.high) : record.IsTurn();
}

void Records::Mark(std::uint32_t id) {
  const std::uint8_t cycle = marking_.load(std::memory_order_acquire);
  while (id != 0 && !IsKept(id)) {
    MarkChunk(id);
    if (!IsMixed(id)) return;
    Record& record = (*this)[id];
    if (record.IsList() || record.IsTurn()) {
      const std::atomic_ref marked_in(record.marked_in);
      if (marked_in.load(std::memory_order_relaxed) == cycle) return;
      marked_in.store(cycle, std::memory_order_relaxed);
    }
    id = VisitNamed(record, [this](std::uint32_t named) { Mark(named); });
  }
}

void Records::Note(std::uint32_t id) {
  while (id != 0) {
    const bool known = IsNoted(id);
    if (HoldsTurns(id) || !NoteSlot(id)) return Mark(id);
    if (known || !IsMixed(id)) return;
    Record& record = (*this)[id];
    if (record.IsList()) std::atomic_ref(record.marked_in).store(0, std::memory_order_relaxed);
    id = VisitNamed(record, [this](std::uint32_t named) { Note(named); });
  }
}

bool Records::Keep(std::uint32_t id) {
  for (std::uint32_t rest = id; rest != 0 && !IsKept(rest);) {
    const std::uint32_t chunk = (rest & kIndexMask) / kChunkRecords;
    if (states_[chunk].load(std::memory_order_relaxed) > kOld) return false;
    if (!IsMixed(rest)) break;
    Record& record = (*this)[rest];
    if (record.IsSplit() || record.IsTurn()) return false;
    bool all = true;
    rest = VisitNamed(record, [&](std::uint32_t named) { all = all && Keep(named); });
    if (!all) return false;
  }
  for (std::uint32_t rest = id; rest != 0 && !IsKept(rest);) {
    kept_[(rest & kIndexMask) / kChunkRecords].fetch_or(BitOf(rest), std::memory_order_relaxed);
    rest = IsMixed(rest) ? VisitNamed((*this)[rest], [](std::uint32_t) {}) : 0;
  }
  return true;
}

// Its single records are kept.
void Records::BecomeOld(std::uint32_t chunk) {
  kept_[chunk].fetch_or(~summaries_[chunk].mixed.load(std::memory_order_relaxed),
                        std::memory_order_relaxed);
  states_[chunk].store(kOld, std::memory_order_relaxed);
}

// Lists that were kept may have been marked in a cycle of any number.
void Records::KeepNoMore(std::uint32_t chunk) {
  std::uint64_t lists = kept_[chunk].exchange(0, std::memory_order_relaxed);
  lists &= summaries_[chunk].mixed.load(std::memory_order_relaxed);
  for (; lists != 0; lists &= lists - 1) {
    const auto slot = static_cast<std::uint32_t>(std::countr_zero(lists));
    Record& record = records_[chunk * kChunkRecords + slot];
    if (record.IsList()) std::atomic_ref(record.marked_in).store(0, std::memory_order_relaxed);
  }
}

void Records::MarkChunk(std::uint32_t id) {
  std::atomic<std::uint8_t>& state = states_[(id & kIndexMask) / kChunkRecords];
  std::uint8_t unmarked = state.load(std::memory_order_relaxed);
  while (unmarked >= kCandidate &&
         !state.compare_exchange_weak(unmarked, kMarked, std::memory_order_acq_rel)) {
  }
}

void Records::Sweep(void (*forgotten)(ThreadDescription*), std::uint64_t pages) {
  std::uint64_t old = 0;
  bool of_all = true;
  const std::uint32_t end = EndOfChunks();
  for (std::uint32_t c = kRun; c < end; ++c) {
    const std::uint8_t state = states_[c].load(std::memory_order_acquire);
    if (state == kMarked) {
      BecomeOld(c);
      ++old;
    } else if (state >= kCandidate) {
      ThreadDescription* owner = Header(c).owner;
      states_[c].store(kFree, std::memory_order_relaxed);
      retired_.fetch_sub(1, std::memory_order_relaxed);
      if (owner->references.fetch_sub(1, std::memory_order_acq_rel) == 1) forgotten(owner);
    } else if (state == kOld) {
      of_all = false;
      ++old;
    }
  }
  marking_.store(0, std::memory_order_relaxed);
  old_ = old;
  const std::uint64_t least = LeastDue(pages);
  if (of_all) old_due_ = old + std::max(old / 3, least / 4);
  // What was retired meanwhile is not known to be free, but mostly is.
  const std::uint64_t meanwhile = retired_.load(std::memory_order_relaxed) - old;
  const std::uint64_t due = meanwhile + std::max(least, old + std::max(old, least) / 2);
  reclaim_at_.store(due, std::memory_order_relaxed);
  RebuildFreeLists(due - old);
}

// `used_next`: chunks that will be taken before the lists are rebuilt, perhaps.
void Records::RebuildFreeLists(std::uint64_t used_next) {
  SpinLockHolder hold(lock_);
  free_chunk_ = 0;
  std::fill_n(free_runs_, kGapClasses, 0);
  const auto is_free = [](const std::atomic<std::uint8_t>& state) {
    return state.load(std::memory_order_relaxed) == kFree;
  };
  const auto free =
      static_cast<std::uint64_t>(std::count_if(states_ + kRun, states_ + end_, is_free));
  live_ = end_ - kRun - free;
  std::uint64_t unused = free - std::min(free, used_next);
  std::uint32_t gap_end = end_;
  const auto end_gap = [&](std::uint32_t begin) {
    const std::uint32_t count = gap_end - begin;
    if (count == 0) return;
    AddGap(begin, gap_end);
    if (GapClass(count) >= kLongGap && unused >= count) {
      unused -= count;
      host_->discard(&records_[begin * kChunkRecords], count * kChunkRecords * sizeof(Record));
    }
  };
  for (std::uint32_t run = end_ - kRun; run != 0; run -= kRun) {  // taken in ascending order
    const auto* states = &states_[run];
    if (std::all_of(states, states + kRun, is_free)) continue;
    end_gap(run + kRun);
    gap_end = run;
    ForEachApart(run, [&](std::uint32_t c) {
      if (is_free(states_[c])) Push(free_chunk_, c);
    });
  }
  end_gap(kRun);
  fills_gaps_ = free > 2 * used_next;
}

void Records::AddGap(std::uint32_t begin, std::uint32_t end) {
  std::uint32_t& list = free_runs_[GapClass(end - begin)];
  for (std::uint32_t run = end; run != begin;) Push(list, run -= kRun);
}

void Records::Push(std::uint32_t& list, std::uint32_t chunk) {
  next_free_[chunk] = list;
  list = chunk;
}

std::uint32_t Records::Pop(std::uint32_t& list) {
  const std::uint32_t chunk = list;
  list = next_free_[chunk];
  return chunk;
}

}  // namespace hbsan
