// Where access records (record.h) are made, kept and reclaimed.
//
// Chunks. Records come in chunks of 64; slot 0 of a chunk is its header. A thread allocates from
// one chunk, or from runs of adjacent ones once an epoch has used up a chunk, so that the ids of
// an epoch mostly lie in one range. Chunks without a live record are reclaimed as a whole; those
// with few may give them to a chunk that has room first. What is ordered after a record is mostly
// known from a summary of its chunk, 16 bytes in a table of their own, without a look at the
// record, which would miss the processor's caches.
#ifndef HBSAN_DETECTOR_RECORDS_H_
#define HBSAN_DETECTOR_RECORDS_H_

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "detector/memory.h"
#include "detector/record.h"
#include "detector/thread_state.h"
#include "detector/types.h"

namespace hbsan {

// Whether a thread looks through the lists of readers that it meets in this epoch: one in 16, in no
// order that a program's loops may have, too.
inline bool LooksThroughLists(Epoch now) {
  return (now.clock().value * 0x9e3779b97f4a7c15u) >> 60 == 0;
}

class Records {
 public:
  static constexpr std::uint32_t kChunkRecords = 64;
  // Chunks taken at once by an epoch that has used up one, few enough that among those which are
  // reclaimed there are whole runs; and by one that uses up millions of records, which recursion
  // over a tree soon does.
  static constexpr std::uint32_t kRun = 4;
  static constexpr std::uint32_t kMostChunks = kRun << 14;
  // The bound's clock while records are being made in the chunk.
  static constexpr Clock kNever{(std::uint64_t{1} << kClockBits) - 1};

  void Init(const Host& host);
  Record& operator[](std::uint32_t index) { return records_[index & kIndexMask]; }
  const Record& operator[](std::uint32_t index) const { return records_[index & kIndexMask]; }

  // A new record's index for `t`; takes a new chunk or run if need be.
  std::uint32_t Allocate(ThreadState& t) {
    if (t.cursor == t.chunk_end) {
      TakeChunks(t);
    } else if (t.cursor % kChunkRecords == 0) {
      TakeNextOfRun(t);
    }
    return t.cursor++;
  }
  // The same for `count` adjacent ones.
  std::uint32_t AllocateAdjacent(ThreadState& t, std::uint32_t count);
  // The thread's present epoch starts at its cursor.
  static void StartEpoch(ThreadState& t) { t.epoch_first = t.reusable_first = t.cursor; }
  // The range that `t` allocates from is far longer than its epochs need, now and several times
  // before, this one included. What is recorded there can only be reclaimed once it is used up.
  static bool IsTooLong(ThreadState& t) {
    constexpr std::uint32_t kLong = 64 * kRun * kChunkRecords;
    constexpr std::uint32_t kShortEpochs = 64;
    const std::uint32_t left = t.chunk_end - t.cursor;
    if (left < kLong) return false;
    const bool is_short = t.cursor - t.epoch_first < left / 16;
    t.short_epochs = is_short ? t.short_epochs + 1 : 0;
    return t.short_epochs >= kShortEpochs;
  }
  // Gives back what `t` allocates from.
  void RetireChunks(ThreadState& t);
  ThreadDescription* OwnerOf(std::uint32_t index) const {
    return Header((index & kIndexMask) / kChunkRecords).owner;
  }
  // When the record was made, and by whom.
  Epoch EpochOf(std::uint32_t index) const { return {TidOf(index), (*this)[index].clock()}; }
  Tid TidOf(std::uint32_t index) const {
    return Epoch::FromBits(SummaryOf(index).bound.load(std::memory_order_relaxed)).tid();
  }
  // Many goroutines read one variable, again and again. What of a list stays below a new read of
  // `bytes` is mostly known without a look at all of it: all but the reader's own last read where
  // that stands first; and else all, until the list is twice as long as when it was last looked
  // through, or it is the reader's turn to look for its own. The id of that; 0: not known. `list`:
  // the id. `now`: of the reader, which is `atomic` or not.
  std::uint32_t KeptBelowRead(std::uint32_t list, ByteMask bytes, Epoch now, bool atomic) const;
  // The id is of a single record, whose epoch is not after the one returned; the empty epoch: it
  // may be of several.
  Epoch BoundOfSingle(std::uint32_t id) const {
    const Summary& of_chunk = SummaryOf(id);
    if ((of_chunk.mixed.load(std::memory_order_relaxed) & BitOf(id)) != 0) return {};
    return Epoch::FromBits(of_chunk.bound.load(std::memory_order_relaxed));
  }
  bool IsMixed(std::uint32_t id) const {
    return (SummaryOf(id).mixed.load(std::memory_order_relaxed) & BitOf(id)) != 0;
  }
  // Threads access by turns what the id stands for, or a half of that.
  bool HoldsTurns(std::uint32_t id) const;
  // The new record stands for several. To be called before a cell holds its id.
  void SetMixed(std::uint32_t index) {
    std::atomic<std::uint64_t>& mixed = SummaryOf(index).mixed;
    mixed.store(mixed.load(std::memory_order_relaxed) | BitOf(index), std::memory_order_relaxed);
  }

  bool ReclaimIsDue() const {
    return retired_.load(std::memory_order_relaxed) >= reclaim_at_.load(std::memory_order_relaxed);
  }
  // Reclaim's phases; see reclaim.cc.
  // Retired chunks become candidates, those that an earlier Reclaim kept only if `old_too`.
  // `is_common`: every thread knows what was before the epoch's end.
  template <typename IsCommon>
  void BeginMark(bool old_too, IsCommon is_common);
  // So many chunks were kept since all were candidates that it is worth it again. Call while no
  // Reclaim is under way.
  bool OldAreDue() const { return old_ >= old_due_; }
  // Until old chunks are candidates, a cell that holds the id needs no visit: its chunk, and those
  // of whatever it will ever name, are none before.
  bool IsKept(std::uint32_t id) const {
    const std::uint32_t chunk = (id & kIndexMask) / kChunkRecords;
    return (kept_[chunk].load(std::memory_order_relaxed) & BitOf(id)) != 0;
  }
  // Makes that true, unless it names a candidate or may change. Of the walk.
  bool Keep(std::uint32_t id);
  // Changes before freed ids are handed out again: what caches ids of other threads must forget
  // them then.
  std::uint32_t generation() const { return generation_.load(std::memory_order_relaxed); }
  void NextGeneration() { generation_.fetch_add(1, std::memory_order_relaxed); }
  bool marking() const { return marking_.load(std::memory_order_relaxed) != 0; }
  // What the id names is in use, and stays where it is. Marks the chunks of what that
  // names as well, but for what is below a list node that was marked in this cycle. (Who marked
  // that one may be at it still, but not any more once every thread has left the engine.)
  void Mark(std::uint32_t id);
  // A cell holds `id`. What it names and never changes (single records, lists, pairs, patches), and
  // a split, is noted, and may move. The rest is marked.
  void Note(std::uint32_t id);
  // The same of a single record, which need not stay if every thread knows it: false.
  bool NoteInCell(std::uint32_t id) {
    const std::uint32_t chunk = (id & kIndexMask) / kChunkRecords;
    const std::uint8_t state = states_[chunk].load(std::memory_order_relaxed);
    if (state == kCommon) return false;
    if (state == kCandidate) noted_[chunk] |= BitOf(id);
    return true;
  }
  // After a walk over all cells, of so many pages, with Note: of threads with several chunks of few
  // noted records, copies these to fewer chunks, if what is kept would put off the next reclaim, or
  // in any case (`always`). Marks all other noted records. Whether there is anything to move.
  bool BeginMove(std::uint64_t pages, bool always);
  // What is to take the place of `id` in a cell, perhaps `id` itself, which is marked then.
  std::uint32_t Moved(std::uint32_t id) {
    if (IsKept(id)) return id;
    const std::uint32_t chunk = (id & kIndexMask) / kChunkRecords;
    const std::uint8_t state = states_[chunk].load(std::memory_order_relaxed);
    if (state == kSource && (noted_[chunk] & BitOf(id)) != 0) {
      const std::uint64_t before = noted_[chunk] & (BitOf(id) - 1);
      const std::uint32_t to = Header(chunk).moved_to;
      return (id & ~kIndexMask) | (to + static_cast<std::uint32_t>(std::popcount(before)));
    }
    if (state == kSource && IsMixed(id) && (*this)[id].IsSplit()) return MovedSplit(id);
    // What of several records stays where it is may name some that were to move.
    if (state != kMarked || IsMixed(id)) Mark(id);
    return id;
  }
  // Frees the retired chunks of before BeginMark that nobody marked. `forgotten` gets each owner
  // whose last chunk went.
  // `pages`: how many the mark phase looked at, for when the next one is worth it.
  void Sweep(void (*forgotten)(ThreadDescription*), std::uint64_t pages);
  // Visits the tid of every chunk in use.
  template <typename Visit>
  void ForEachOwnedChunk(Visit visit) const {
    const std::uint32_t end = EndOfChunks();
    for (std::uint32_t c = kRun; c < end; ++c) {
      if (states_[c].load(std::memory_order_acquire) != kFree) {
        visit(Epoch::FromBits(summaries_[c].bound.load(std::memory_order_relaxed)).tid());
      }
    }
  }
  std::uint64_t live_chunks() const { return live_; }

 private:
  // kOld: retired, and kept before. From kCandidate on: nobody has marked it, so far.
  // kCommon: every thread knows all its records. kSource: the noted ones have moved.
  enum ChunkState : std::uint8_t {
    kFree,
    kActive,
    kRetired,
    kOld,
    kMarked,
    kCandidate,
    kCommon,
    kSource
  };
  // Overlays slot 0 of a chunk.
  struct ChunkHeader {
    ThreadDescription* owner;
    Tid tid;
    std::uint32_t moved_to;  // where its first noted record did; the others follow
  };
  static_assert(sizeof(ChunkHeader) == sizeof(Record));

  static constexpr std::uint32_t kCapacity = (kIndexMask + 1) / kChunkRecords;
  // Gaps, free chunks side by side, are for threads that take as many. A gap's class: it has at
  // least kRun * 4^class chunks, and less than the next one.
  static constexpr int kGapClasses = 8;
  static constexpr int kLongGap = 2;  // from this class on, unused ones cost no memory for long
  static int GapClass(std::uint32_t chunks) {
    return std::min(static_cast<int>(std::bit_width(chunks / kRun)) - 1, 2 * kGapClasses - 1) / 2;
  }
  // Retired chunks (of 1 KiB) that are worth a reclaim, at least: more where there is much to walk
  // over.
  static constexpr std::uint64_t kMinReclaim = 12 << 10;
  static std::uint64_t LeastDue(std::uint64_t pages) { return kMinReclaim + 4 * pages; }

  // What is known of a chunk's records without a look at them. Only the chunk's thread changes it.
  struct Summary {
    std::atomic<std::uint64_t> bound;  // an epoch not before any of theirs
    std::atomic<std::uint64_t> mixed;  // by slot: stands for several records
  };

  Summary& SummaryOf(std::uint32_t id) const {
    return summaries_[(id & kIndexMask) / kChunkRecords];
  }
  static std::uint64_t BitOf(std::uint32_t id) { return std::uint64_t{1} << id % kChunkRecords; }
  void TakeChunks(ThreadState& t);
  void TakeNextOfRun(ThreadState& t);
  void Open(const ThreadState& t, std::uint32_t index) {
    SummaryOf(index).mixed.store(0, std::memory_order_relaxed);
    SummaryOf(index).bound.store(Epoch{t.tid, kNever}.bits(), std::memory_order_relaxed);
  }
  // No more records are made in the chunk of `index`.
  void Close(const ThreadState& t, std::uint32_t index) {
    SummaryOf(index).bound.store(Epoch{t.tid, t.clock}.bits(), std::memory_order_relaxed);
  }
  std::uint32_t TakeFree(ThreadDescription* owner, Tid tid, std::uint32_t& count);
  std::uint32_t MostChunks() const;
  bool Extend(ThreadState& t, std::uint32_t count);
  std::uint32_t* RunsFor(std::uint32_t count);
  std::uint32_t TakeFreeRun(std::uint32_t* runs);
  void GiveBackRuns(ThreadState& t, std::uint32_t begin, std::uint32_t end);
  void RebuildFreeLists(std::uint64_t used_next);
  void AddGap(std::uint32_t begin, std::uint32_t end);
  void Push(std::uint32_t& list, std::uint32_t chunk);
  std::uint32_t Pop(std::uint32_t& list);
  std::uint32_t EndOfChunks() const {
    SpinLockHolder hold(lock_);
    return end_;
  }
  void MarkChunk(std::uint32_t id);
  void BecomeOld(std::uint32_t chunk);
  void KeepNoMore(std::uint32_t chunk);
  // False if the record stays where it is.
  bool NoteSlot(std::uint32_t id);
  bool IsNoted(std::uint32_t id) const {
    return (noted_[(id & kIndexMask) / kChunkRecords] & BitOf(id)) != 0;
  }
  template <typename Visit>
  void ForEachNotedChunk(Visit visit) const;
  // visit(index) for each noted record of the chunk.
  template <typename Visit>
  void ForEachNoted(std::uint32_t chunk, Visit visit) const;
  // The first of `count` adjacent places for what moves from the chunk.
  std::uint32_t TakePlaces(std::uint32_t chunk, std::uint32_t count);
  void MoveRecords(std::uint32_t chunk);
  // What the copies of the chunk's records name becomes what has moved.
  void MoveNamed(std::uint32_t chunk);
  std::uint32_t MovedSplit(std::uint32_t id);
  ChunkHeader& Header(std::uint32_t chunk) const {
    return *reinterpret_cast<ChunkHeader*>(&records_[chunk * kChunkRecords]);
  }

  const Host* host_ = nullptr;
  Record* records_ = nullptr;
  std::atomic<std::uint8_t>* states_ = nullptr;  // ChunkState by chunk
  Summary* summaries_ = nullptr;                 // by chunk
  std::uint64_t* noted_ = nullptr;               // by chunk: slots of Note; of candidates
  std::atomic<std::uint64_t>* kept_ = nullptr;   // by chunk: slots of IsKept
  std::uint32_t* next_free_ = nullptr;  // by chunk: the next one of its free list, or source
  std::atomic<std::uint64_t> reclaim_at_{0};
  // The cycle, from 1 on, while records are being marked; else 0. A list that is in use was made
  // after the last cycle, or marked or noted in it, so that a few numbers tell the cycles apart.
  std::atomic<std::uint8_t> marking_{0};
  std::uint8_t last_cycle_ = 0;
  std::atomic<std::uint32_t> generation_{0};

  // What changes each time that chunks are taken, apart from what every access reads.
  alignas(kCacheLine) mutable SpinLock lock_;
  std::uint32_t end_ =
      kRun;  // chunks below were handed out once; the first run is not used, so that no index is 0
  std::uint32_t free_chunk_ = 0;               // single ones
  std::uint32_t free_runs_[kGapClasses] = {};  // whole runs, by the class of their gap
  bool fills_gaps_ = false;  // even short ones, rather than take what was never used
  std::uint64_t live_ = 0;
  std::uint64_t old_ = 0;      // chunks
  std::uint64_t old_due_ = 0;  // OldAreDue from so many on
  std::atomic<std::uint64_t> retired_{0};
};

template <typename IsCommon>
void Records::BeginMark(bool old_too, IsCommon is_common) {
  const std::uint32_t end = EndOfChunks();
  for (std::uint32_t c = kRun; c < end; ++c) {
    const std::uint8_t state = states_[c].load(std::memory_order_acquire);
    if (state == kFree) continue;
    if (old_too) {
      KeepNoMore(c);
    } else if (state == kRetired && kept_[c].load(std::memory_order_relaxed) != 0) {
      BecomeOld(c);
      continue;
    }
    if (state != kRetired && !(state == kOld && old_too)) continue;
    const Epoch bound = Epoch::FromBits(summaries_[c].bound.load(std::memory_order_relaxed));
    noted_[c] = 0;
    states_[c].store(is_common(bound) ? kCommon : kCandidate, std::memory_order_release);
  }
  if (++last_cycle_ == 0) ++last_cycle_;
  marking_.store(last_cycle_, std::memory_order_seq_cst);
}

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_RECORDS_H_
