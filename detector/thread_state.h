// ThreadState: everything the engine knows of one running goroutine or thread (FastTrack's C_t and
// what serves it).
//
// Owned by the thread it describes: only that thread's hooks touch it, except `alive`, which
// Reclaim reads.
#ifndef HBSAN_DETECTOR_THREAD_STATE_H_
#define HBSAN_DETECTOR_THREAD_STATE_H_

#include <atomic>
#include <cstdint>
#include <iterator>

#include "detector/hot_state.h"
#include "detector/lock_sets.h"
#include "detector/memory.h"
#include "detector/types.h"
#include "detector/vector_clock.h"
#include "detector/worker.h"

namespace hbsan {

// The host's description of a thread (name, creation stack, ...), which derives from this. Records
// refer to it, so it outlives the thread; `references` counts the record chunks and the live thread
// that do.
struct ThreadDescription {
  std::atomic<std::uint32_t> references{0};
  // For Records::BeginMove alone: chunks to move from, and the next index to move to.
  std::uint32_t sparse_chunks = 0;
  std::uint32_t moves_to = 0;
};

// A release by this thread, for the sentence that explains a race.
struct ReleaseNote {
  Clock clock;
  Addr object;
  std::uintptr_t pc;
};

// A thread's last release, and its epoch that ended with it: see ThreadState::NobodyLockedSince.
struct LastRelease {
  Addr object;  // without its role; 0: there is nothing to go back to
  Addr mutex;   // that was unlocked by it; 0 until MutexUnlocked
  bool shared;  // was it locked
  Epoch released;
  Epoch acquired;
  std::uint32_t epoch_first;
};

// Those of two threads share no line of the processor's caches.
struct alignas(kCacheLine) ThreadState {
  static constexpr int kMaxHeld = 16;  // locks beyond are not shown in reports
  static constexpr int kReleaseNotes = 8;

  std::uint32_t index;  // in Detector's pool
  std::atomic<bool> alive;
  Tid tid;
  Clock clock;  // of the present epoch
  LockSetId locks;
  bool held_changed;  // `locks` is stale
  bool accessed;      // a record was made in the present epoch
  bool learned;       // C grew since the last tick
  bool took_chunks;   // of records, since the host last asked whether to reclaim
  int plane;          // read plane while running
  int held_count;
  std::uint32_t ignore_accesses;  // for the host; the engine does not read it
  Epoch covered[4];               // columns of `known` that were looked up: at least this
  VectorClock known;              // C_t without the own column
  HotState* hot;                  // where it runs; null while suspended
  Worker* worker;                 // of the OS thread that runs it; null while suspended
  Frame* saved_stack_top;
  Frame* frames;  // first entry of the shadow call stack
  ThreadDescription* description;

  // Record allocation: ids [cursor, chunk_end) are free, those from epoch_first on are of the
  // present epoch or of earlier ones that are as good (see NobodyLockedSince), and those
  // from reusable_first on were made with the locks that are held now.
  std::uint32_t epoch_first;
  std::uint32_t reusable_first;
  std::uint32_t cursor;
  std::uint32_t chunk_begin;  // the chunk or run of chunks
  std::uint32_t chunk_end;
  std::uint32_t short_epochs;  // see Records::IsTooLong

  LastRelease last_release;
  Epoch acquired;  // with which the last Acquire's object was released last
  // What the mutex had been released with, with whose lock the present epoch goes on from the one
  // before; empty: it is a new one.
  Epoch goes_on_from;

  // [atomics.fences]
  VectorClock release_fence;  // C at the last release fence; empty: none
  Epoch release_fence_epoch;
  VectorClock acquire_pending;  // ⊔ of what relaxed loads read since the last acquire fence

  // For the host (ignore annotations), who calls no rules of clocks while it is not 0.
  std::uint32_t ignore_sync;

  std::uint32_t release_count;

  // From here on a new thread has what an earlier one left: only what the counts say is its own.
  HeldLock held[kMaxHeld];
  ReleaseNote releases[kReleaseNotes];  // ring

  // The id of a cell was made by this thread in its present epoch.
  bool InPresentEpoch(std::uint32_t id) const {
    return (id & kIndexMask) - epoch_first < cursor - epoch_first;
  }
  bool IsReusable(std::uint32_t record) const {
    return record - reusable_first < cursor - reusable_first;
  }
  // The last release was the unlocking of a mutex that the thread has again, and nobody had it
  // meanwhile who acquired what it released: he would have released more than the thread knew, and
  // it learned nothing. (If that was forgotten since, with the mutex, what it is released with last
  // tells: `released`.) So nobody knows of the epoch before that release, and whoever will know of
  // it will know of the present one, too: until the next release an access in the one is as good as
  // an access in the other.
  bool NobodyLockedSince(Addr mutex, bool shared, Epoch released) const {
    if (last_release.object == 0 || last_release.mutex != mutex || ignore_sync != 0) return false;
    if (learned) return false;
    if (last_release.shared) return !released.empty() && released == last_release.acquired;
    return !shared && released == last_release.released;
  }
  void HeldChanged() {
    held_changed = true;
    reusable_first = cursor;
  }
  Epoch& ColumnCovered(Tid column) { return covered[column.value % std::size(covered)]; }
  // By itself, or by a column that was looked up.
  bool IsKnownOrdered(Epoch e) const {
    const Epoch column = covered[e.tid().value % std::size(covered)];
    return e.tid() == tid || (e.tid() == column.tid() && e.clock() <= column.clock());
  }
};

inline const Transition* Worker::FindTransition(const ThreadState& t, std::uint32_t before,
                                                std::uint32_t record, std::uint8_t bytes) const {
  const std::uint32_t hash = Transition::Hash(before, record, bytes);
  for (const Transition& entry : transitions[hash >> transition_shift]) {
    if (entry.before == before && entry.record == record && entry.bytes == bytes &&
        t.InPresentEpoch(entry.after)) {
      return &entry;
    }
  }
  return nullptr;
}

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_THREAD_STATE_H_
