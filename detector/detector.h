// The happens-before engine: vector clocks, shadow memory and the FastTrack rules (Flanagan &
// Freund, PLDI 2009), exact per byte, with the stacks of both sides of every race.
//
// Pure: it takes its thread as an argument, calls nobody but its Host, and returns the race that it
// found. The caller keeps the thread's hooks from nesting (HotState::depth) and prints.
//
// Clock rules (C: the thread's clock, L: the sync object's):
//   Acquire          C := C ⊔ L
//   Release          L := L ⊔ C, then tick C
//   ReleaseStore     L := C, then tick C
//   ReleaseAcquire   L := old C while C := C ⊔ old L, then tick C
// A tick is spent only if the thread recorded an access or learned something since its last one.
#ifndef HBSAN_DETECTOR_DETECTOR_H_
#define HBSAN_DETECTOR_DETECTOR_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "detector/embedded_clock.h"
#include "detector/hot_state.h"
#include "detector/lock_sets.h"
#include "detector/memory.h"
#include "detector/mosaics.h"
#include "detector/patches.h"
#include "detector/race.h"
#include "detector/records.h"
#include "detector/shadow.h"
#include "detector/stack_depot.h"
#include "detector/sync.h"
#include "detector/thread_state.h"
#include "detector/tid_pool.h"
#include "detector/types.h"
#include "detector/vector_clock.h"
#include "detector/worker.h"

namespace hbsan {

// For what a hook on the hot path calls in rarer cases: the hook then saves few registers itself.
#define HBSAN_PRESERVE_MOST __attribute__((preserve_most))

enum class QuickOutcome : std::uint8_t;  // quick_check.h

// What trades speed for memory and has no bearing on verdicts.
struct Tuning {
  std::uint32_t list_credit = 64;  // see AccessChecker::PrefersSplit
  std::uint32_t turn_credit = 32;  // see Detector::PrefersTurns
  bool always_moves = false;       // see Records::BeginMove
};

class Detector {
 public:
  // `host` outlives the detector. Reserves all address ranges; touches almost nothing.
  void Init(const Host& host);
  // Before threads start, or while none is in the engine.
  void Tune(const Tuning& tuning) { tuning_ = tuning; }

  // --- Threads and goroutines

  // Fork: the child's clock is the parent's, and the parent ticks. A null parent starts a thread
  // ordered after nothing. `description` is the host's; the engine holds a reference until no
  // record of the thread is left. `frames` is the shadow call stack's memory (at least one frame,
  // never overflowing: see ThreadState).
  ThreadState* StartThread(ThreadState* parent, ThreadDescription* description, Frame* frames);
  // The same for one that is ordered after what `known` says, and nothing else.
  ThreadState* StartThreadAfter(const EmbeddedClock& known, ClockNodeCache& cache,
                                ThreadDescription* description, Frame* frames);
  // The thread becomes the one that `hot` stands for; from then on the engine keeps `hot` up to
  // date. `plane` is the read plane of the OS thread that runs it, in [0, kReadPlanes).
  void Resume(ThreadState& t, HotState& hot, int plane);
  // The thread stops running on its HotState (a goroutine that parks); its stack_top is saved.
  void Suspend(ThreadState& t);
  // The thread's end. If `end` is given, its joiners Acquire that. The ThreadState is gone
  // afterwards.
  void FinishThread(ThreadState& t, SyncObject* end);
  // The end of a running goroutine, without an edge: its HotState and worker are the next one's.
  void FinishGoroutine(ThreadState& t);

  // --- Accesses

  // An access of any size and alignment. True if it races; `race` then describes the first racing
  // byte's pair.
  bool CheckAccess(ThreadState& t, const Site& site, Addr addr, std::size_t size, Race& race);
  // The same of 1 to kFewBytes bytes without gaps. Uses no vector registers.
  static constexpr std::size_t kFewBytes = 3 * kCellBytes;
  bool CheckFewBytes(ThreadState& t, const Site& site, Addr addr, std::size_t size, Race& race);
  // The thread has made an atomic access of these bytes, or one that counts for it, in its present
  // epoch, so that CheckAccess would do nothing. False: not known.
  bool IsOwnAtomic(const ThreadState& t, AccessKind kind, Addr addr, std::size_t size) const;
  // CheckAccess of an atomic access; `race`, empty before, is set if it races.
  bool CheckAtomic(ThreadState& t, const Site& site, Addr addr, std::size_t size,
                   std::optional<Race>& race);
  // What is left of CheckAccess for a cell after QuickOutcome::kStored (see quick_check.h).
  bool CheckStored(ThreadState& t, const Site& site, Addr addr, std::size_t size, Addr cell,
                   Race& race);
  // [addr, addr+size) is fresh: no history, no sync objects.
  void ResetMemory(ThreadState& t, Addr addr, std::size_t size);
  // The same for whole cells (both ends 8-aligned), on behalf of nobody.
  void ResetCells(ClockNodeCache& cache, Addr addr, std::size_t size);
  // [addr, addr+size) has no history; its sync objects stay.
  void ForgetAccesses(ThreadState& t, Addr addr, std::size_t size);
  // The contents of a mapping moved: histories and sync objects move along. The ranges do not
  // overlap and are 8-aligned; nobody accesses them meanwhile.
  void MoveMemory(ThreadState& t, Addr from, Addr to, std::size_t size);

  // --- Synchronisation

  // The sync object of an address, made on demand. Stays valid until ResetMemory of the address.
  SyncObject& SyncAt(ThreadState& t, Addr addr);
  SyncObject* FindSync(Addr addr) const { return syncs_.Find(addr); }  // null if none was made
  int FindSyncsInCell(Addr cell, SyncObject* (&found)[kCellBytes]) const {
    return syncs_.FindInCell(cell, found);
  }
  void DestroySync(ThreadState& t, Addr addr);
  // An object without an address (joins, channels). Free with DeleteSync.
  SyncObject& NewSync();
  void DeleteSync(ThreadState& t, SyncObject& s);

  // The four rules; each takes the object's lock. `pc` names the operation in explanations (0:
  // none).
  void Acquire(ThreadState& t, SyncObject& s);
  void Release(ThreadState& t, SyncObject& s, std::uintptr_t pc);
  void ReleaseStore(ThreadState& t, SyncObject& s, std::uintptr_t pc);
  void ReleaseAcquire(ThreadState& t, SyncObject& s, std::uintptr_t pc);
  // The same with s.lock held by the caller (who makes a real atomic operation and its edge one
  // step).
  void AcquireLocked(ThreadState& t, SyncObject& s);
  void ReleaseLocked(ThreadState& t, SyncObject& s, std::uintptr_t pc);
  void ReleaseStoreLocked(ThreadState& t, SyncObject& s, std::uintptr_t pc);
  // L := empty: an object whose release sequence ended.
  void ForgetLocked(ThreadState& t, SyncObject& s);

  // The same rules for clocks that lie in the primitives; the caller excludes others. `object` is
  // the primitive, for explanations (0: none).
  void Acquire(ThreadState& t, const EmbeddedClock& l);
  void Release(ThreadState& t, EmbeddedClock& l, Addr object, std::uintptr_t pc);
  void ReleaseStore(ThreadState& t, EmbeddedClock& l, Addr object, std::uintptr_t pc);
  void ReleaseAcquire(ThreadState& t, EmbeddedClock& l, Addr object, std::uintptr_t pc);
  // ReleaseAcquire in two steps, of which only the first needs others excluded: L goes to `taken`,
  // which is empty, and becomes C; then Take.
  void Exchange(ThreadState& t, EmbeddedClock& l, EmbeddedClock& taken, Addr object,
                std::uintptr_t pc);
  // Acquire of a clock that is of no use afterwards, and empty.
  void Take(ThreadState& t, EmbeddedClock& l);
  // t and a thread that waits use `slot` one after the other, both by ReleaseAcquire. `offer` is
  // the clock of the one that waits, and empty afterwards; `box` is what it is to Take, and t is to
  // Take `taken`.
  void ExchangeForTwo(ThreadState& t, EmbeddedClock& slot, EmbeddedClock& taken,
                      EmbeddedClock& offer, EmbeddedClock& box, Addr object, std::uintptr_t pc);
  // The two meet without a slot: both leave with the join of both, the one that waits once it took
  // `box`. `offer` is empty afterwards.
  void Meet(ThreadState& t, EmbeddedClock& offer, EmbeddedClock& box, Addr object,
            std::uintptr_t pc);
  void Copy(ClockNodeCache& cache, EmbeddedClock& to, const EmbeddedClock& from);
  void Drop(ClockNodeCache& cache, EmbeddedClock& l);

  // Fences ([atomics.fences]). A release fence's clock is what later relaxed stores publish; what
  // relaxed loads read is acquired by a later acquire fence.
  void FenceAcquire(ThreadState& t);
  void FenceRelease(ThreadState& t, std::uintptr_t pc);
  void RelaxedLoadLocked(ThreadState& t, SyncObject& s);  // remembers L for a later acquire fence
  // L := the last release fence's clock, or empty; L := L ⊔ that clock.
  void RelaxedStoreLocked(ThreadState& t, SyncObject& s);
  void RelaxedUpdateLocked(ThreadState& t, SyncObject& s);

  // --- What reports need

  // The running thread's call stack, innermost first: pc, then the return addresses of its shadow
  // call stack.
  StackId CurrentStack(ThreadState& t, std::uintptr_t pc);
  // Mutexes held, for reports: no edges. MutexUnlocked is called after the unlock's release.
  void MutexLocked(ThreadState& t, Addr mutex, StackId stack, bool shared);
  void MutexUnlocked(ThreadState& t, Addr mutex);
  // Of a mutex that t alone will unlock, right after Acquire. Its unlocks' releases are for later
  // locks alone, shared ones' for exclusive locks. See ThreadState::NobodyLockedSince.
  static void OwnsMutex(ThreadState& t, Addr mutex, bool shared);
  // Whether others have unlocked such a mutex, whose lock acquired `l`, since t locked it, as far
  // as that makes t's present epoch less than exact.
  static bool LostMutex(const ThreadState& t, Addr mutex, const EmbeddedClock& l);
  // What t knows of another thread: everything of `tid` up to this clock is ordered before t's
  // present.
  Clock Known(const ThreadState& t, Tid tid) const {
    return tid == t.tid ? t.clock : clocks_.Get(t.known, tid);
  }
  bool Covers(const ThreadState& t, Epoch e) const { return e.clock() <= Known(t, e.tid()); }

  const StackDepot& stacks() const { return stacks_; }
  StackDepot& stacks() { return stacks_; }
  const LockSets& lock_sets() const { return lock_sets_; }
  Shadow& shadow() { return shadow_; }

  // --- Housekeeping

  // Frees records that no shadow cell names; those that an earlier call kept, only if `old_too`.
  // Call with no record id in hand; others may go on. See reclaim.cc.
  void Reclaim(void* wait_context, bool old_too = true);
  bool OldAreDue() const { return records_.OldAreDue(); }
  // Lets the next Reclaim also free records that are ordered before whatever is still to come: what
  // every thread knows. Call while no other thread is in the engine; not where threads may start
  // ordered after less than the thread that starts them.
  void NoteCommonKnowledge();
  bool ReclaimIsDue() const { return records_.ReclaimIsDue(); }
  // In the child of fork(2): `t` is the only thread left. The host sees to it that no other thread
  // was inside the engine.
  void AfterForkInChild(ThreadState& t);

  struct Counters {
    std::uint64_t live_threads, tids, records, sync_objects, stacks;
  };
  Counters counters() const;

 private:
  friend class AccessChecker;
  template <AccessKind>
  friend class QuickChecker;
  template <AccessKind, std::size_t, bool>
  friend class PartChecker;
  template <AccessKind kKind>
  bool CheckShort(ThreadState& t, const Site& site, Addr addr, std::size_t size, Race& race);
  std::uint32_t NewRecord(ThreadState& t);
  // `count` adjacent ones.
  std::uint32_t NewRecords(ThreadState& t, std::uint32_t count);
  void TookChunks(ThreadState& t);
  Worker& NewWorker();
  void FreeWorker(Worker& worker);
  // A worker that misses often gets wide caches, while there are any.
  void CountMiss(Worker& worker) {
    if (++worker.misses == Worker::kMissesToWiden) Widen(worker);
  }
  void Widen(Worker& worker);
  // The StackDepot's node of the running thread's shadow call stack.
  std::uint32_t NodeBelowSite(ThreadState& t);
  // The same of one that is not empty; fills in what its frames cache.
  HBSAN_PRESERVE_MOST std::uint32_t NodeOfFrames(ThreadState& t);
  void UpdateLocks(ThreadState& t);
  // What records say of the pc.
  std::uint32_t SiteOf(std::uintptr_t pc);
  StackId StackOf(const Record& record);
  // The record, or what its mosaic says of one byte of the cell. `bytes`, which it stands for,
  // become those of which it says the same.
  Record RecordOfByte(std::uint32_t index, int byte, ByteMask& bytes) const;
  // This epoch's record of the site `pc` above the stack `node`. `detail`: see SiteCacheEntry.
  std::uint32_t RecordOf(ThreadState& t, std::uintptr_t pc, std::uint32_t node,
                         std::uint32_t detail);
  // The same where the worker's cache does not know the site, or more than the record is due.
  HBSAN_PRESERVE_MOST std::uint32_t FindRecord(ThreadState& t, std::uintptr_t pc,
                                               std::uint32_t node, std::uint32_t detail);
  // Fills the site's new record in.
  void Describe(ThreadState& t, const SiteCacheEntry& site);
  // Everything of `e` is ordered before t's present.
  bool IsOrdered(ThreadState& t, Epoch e) const {
    return t.IsKnownOrdered(e) || LookUpOrdered(t, e);
  }
  HBSAN_PRESERVE_MOST bool LookUpOrdered(ThreadState& t, Epoch e) const;
  // `id` stands for a single record, which is ordered before t's present.
  __attribute__((always_inline)) bool IsOrderedSingle(ThreadState& t, std::uint32_t id) const {
    const Epoch bound = records_.BoundOfSingle(id);
    return !bound.empty() && (t.IsKnownOrdered(bound) || IsOrderedByRecord(t, id));
  }
  HBSAN_PRESERVE_MOST bool IsOrderedByRecord(ThreadState& t, std::uint32_t id) const;
  // Nothing that `id` stands for on these bytes can race with t's present, or with atomic accesses.
  bool IsSettled(ThreadState& t, std::uint32_t id, ByteMask bytes) {
    return id == 0 || IsOrderedSingle(t, id) || IsSettledMixed(t, id, bytes);
  }
  HBSAN_PRESERVE_MOST bool IsSettledMixed(ThreadState& t, std::uint32_t id, ByteMask bytes);
  // `id`, of a cell of a plane of `kind`, stands for several records, all ordered before t's
  // present, so that a plain access of the whole cell may take its place. Does not look into lists
  // of readers, who are many. A split does not change from then on.
  HBSAN_PRESERVE_MOST bool IsReplaceableMixed(ThreadState& t, std::uint32_t id, AccessKind kind);
  // --- Threads that access by turns: turns.h
  bool IsTurn(std::uint32_t id) const {
    return id != 0 && records_.IsMixed(id) && records_[id].IsTurn();
  }
  // t's node among those of exactly these bytes of a cell that holds `id`; 0: none.
  std::uint32_t OwnTurn(ThreadState& t, std::uint32_t id, ByteMask bytes);
  std::uint32_t FindOwnTurn(const ThreadState& t, std::uint32_t id, ByteMask bytes) const;
  // A node of t's, whose record is `mine`, above what `below` stands for. `tag`: see Turn::Make.
  std::uint32_t NewTurn(ThreadState& t, std::uint8_t tag, std::uint32_t mine, ByteMask bytes,
                        std::uint32_t below);
  // A plain read of `bytes`, all of a cell or a half, is recorded in t's node in its read cell,
  // which held `old`. `pc`, `node` and `tag`: of the read's record.
  HBSAN_PRESERVE_MOST QuickOutcome ReadByTurn(ThreadState& t, Addr addr, ByteMask bytes,
                                              std::uint32_t old, std::uintptr_t pc,
                                              std::uint32_t node, std::uint8_t tag);
  // What the list or the single record `id` stands for may stand below readers of these bytes.
  bool IsForReaders(std::uint32_t id, ByteMask bytes) const;
  // Readers of one variable in ever new epochs are better off with nodes, but many variables that
  // are read alike share lists, and what is read several times in an epoch is found to be so by
  // inline checks if a list says it. Reads of the one kind earn credit, the others cost some.
  bool PrefersTurns(const ThreadState& t) const {
    return t.worker->turn_credit >= tuning_.turn_credit;
  }
  static constexpr int kReadAlike = 4;
  static constexpr int kReadAgain = 2;
  static void AddTurnCredit(ThreadState& t, int credit) {
    const int sum = static_cast<int>(t.worker->turn_credit) + credit;
    t.worker->turn_credit = static_cast<std::uint32_t>(std::clamp(sum, 0, kMostTurnCredit));
  }
  static constexpr int kMostTurnCredit = 128;
  // The nodes that stand for some of the bytes do not change from now on.
  void FreezeTurns(std::uint32_t id, ByteMask within);
  // --- Several records in one cell: forms.cc
  // The id of a cell in which (`index`, `bytes`) stands before what `tail` stands for.
  std::uint32_t Append(ThreadState& t, std::uint32_t index, ByteMask bytes, std::uint32_t tail);
  // The list `old` with a read of t's, which is `record`, before what stays of it; 0: it is no
  // list, or that is not known without a look at all of it.
  std::uint32_t AddRead(ThreadState& t, std::uint32_t old, std::uint32_t record, ByteMask bytes,
                        bool atomic);
  // The id of one record that stands for what `old` does, for `held`, and a plain access of `bytes`
  // in t's present epoch, if `old` is one of that epoch, of plain accesses under the same locks;
  // else 0. Also 0 if there are too many mosaics. `record`: of the access's site, whose `pc` is;
  // for any bytes.
  std::uint32_t ComposeOwn(ThreadState& t, std::uint32_t old, ByteMask held, std::uint32_t record,
                           ByteMask bytes, std::uintptr_t pc);
  // The id of a cell that held `old`, not 0, after the same access, if patches can tell (see
  // patches.h) or less, and nothing races with it; else 0.
  std::uint32_t ComposePatches(ThreadState& t, std::uint32_t old, std::uint32_t record,
                               ByteMask bytes, std::uintptr_t pc, std::uint8_t tag);
  bool FindPatches(std::uint32_t id, Patches& patches) const;
  std::uint32_t NewPatches(ThreadState& t, const Patches& patches);
  Mosaic Overlay(const Record& before, ByteMask held, const Record& mine, ByteMask bytes) const;
  // The id of one record that stands for all that the split `id` does, if that is plain accesses of
  // all bytes in t's present epoch, under the locks that are held; else 0. If not 0, the split does
  // not change from then on. `bytes` were accessed last.
  std::uint32_t ComposeSplit(ThreadState& t, std::uint32_t id, ByteMask bytes);
  // This epoch's record of a mosaic, which has tiles for `bytes`; 0: of none. The locks that are
  // held are known.
  std::uint32_t RecordOfMosaic(ThreadState& t, std::uint32_t mosaic, ByteMask bytes,
                               AccessKind kind);
  // The id of a cell whose one half, `half`, holds `id`, and the other one `other`.
  std::uint32_t Pair(ThreadState& t, ByteMask half, std::uint32_t id, std::uint32_t other);
  // What a cell that holds `old` holds after a plain access of a half: `old` itself if that
  // records it, 0 if it is not known here. For the rest see RecordOf.
  HBSAN_PRESERVE_MOST std::uint32_t ComposeHalf(ThreadState& t, std::uint32_t old,
                                                std::uint32_t coverage, AccessKind kind,
                                                std::uintptr_t pc, std::uint32_t node,
                                                std::uint32_t detail);
  // The same after one of any bytes; `old` is not 0, and not such that the access leaves nothing of
  // it. `tag`: of the access's record.
  HBSAN_PRESERVE_MOST std::uint32_t ComposeBytes(ThreadState& t, std::uint32_t old, ByteMask bytes,
                                                 std::uintptr_t pc, std::uint32_t node,
                                                 std::uint8_t tag);
  // The id of a cell that nothing but a plain access of `bytes` left.
  std::uint32_t IdAlone(ThreadState& t, ByteMask bytes, std::uintptr_t pc, std::uint32_t node,
                        std::uint8_t tag);
  // `id` stands for one record, of plain accesses in t's present epoch to these bytes, or more.
  bool IsOwnPlain(const ThreadState& t, std::uint32_t id, ByteMask bytes) const;
  // In the worker's cache; null: not known.
  __attribute__((always_inline)) const Transition* FindTransition(ThreadState& t, std::uint32_t old,
                                                                  std::uint32_t record,
                                                                  ByteMask bytes) {
    ForgetReusedIds(*t.worker);
    const Transition* const known = t.worker->FindTransition(t, old, record, bytes);
    if (known == nullptr) CountMiss(*t.worker);
    return known;
  }
  // The same for part of a half; 0: not known. `part`: all but `after`.
  std::uint32_t FindPart(ThreadState& t, const PartTransition& part);
  void KeepPart(ThreadState& t, const PartTransition& made);
  // Not while records are being marked: what t read from a cell before may be freed after.
  // Nor of a node, which belongs to one cell.
  void KeepTransition(ThreadState& t, const Transition& made) {
    if (!records_.marking() && !records_.HoldsTurns(made.after)) t.worker->KeepTransition(made);
  }
  // Empties the worker's caches if ids that they name may have been handed out again.
  void ForgetReusedIds(Worker& worker) {
    if (worker.generation != records_.generation()) [[unlikely]]
      ForgetIds(worker);
  }
  HBSAN_PRESERVE_MOST void ForgetIds(Worker& worker);
  // What a release publishes as the thread's own column; ticks if need be.
  Epoch Publish(ThreadState& t, Addr object, std::uintptr_t pc);
  // Brings the HotState up to date with the thread's record range.
  static void Refresh(ThreadState& t);
  // C := C ⊔ (known, released).
  void Learn(ThreadState& t, const VectorClock& known, Epoch released);
  // C as the tree's joins see it.
  static ClockJoiner JoinerOf(const ThreadState& t) {
    const Epoch last = t.learned ? Epoch() : Epoch{t.tid, {t.clock.value - 1}};
    return {t.tid, {t.tid, t.clock}, last};
  }
  // `into`, a clock of t's, := into ⊔ (known, released). `given_up`: see ClockTrees.
  bool JoinInto(ThreadState& t, VectorClock& into, const VectorClock& known, Epoch released,
                const ClockJoiner& joiner, VectorClock* given_up = nullptr);
  void DropClocks(ClockNodeCache& cache, SyncObject& s);
  // An L whose last release was this one, t's own, knows all that t knows but for t's present.
  static bool KnowsAllButPresent(const ThreadState& t, Epoch released) {
    return !t.learned && t.release_count != 0 && released == Epoch{t.tid, {t.clock.value - 1}};
  }
  bool NothingToLearn(const ThreadState& t, const EmbeddedClock& l) const;
  void Set(EmbeddedClock& l, Epoch released) const;
  // `to` := t's clock.
  void ShareKnown(ThreadState& t, VectorClock& to);
  ThreadState& NewThreadState(ThreadDescription* description, Frame* frames);
  void TakeTid(ThreadState& t, const VectorClock& known, Epoch own);
  void Retire(ThreadState& t);
  void MoveCell(const Cell& from, Cell& to, Addr to_addr, PlaneMask plane);
  template <typename Visit>
  void ForEachCellOf(Addr page, PlaneMask planes, Visit visit) const;
  std::uint64_t NoteCells(bool in_all);
  void MoveCells();
  void ForgetFinishedTids();
  Clock KnownToAll(Tid tid) const;
  bool IsOwnLast(const ThreadState& t, std::uint32_t id, ByteMask bytes) const;
  bool NoteCell(Cell& cell, std::uint32_t& last);
  bool IsCommon(Epoch epoch) const;
  bool IsCommon(std::uint32_t id);
  std::uint32_t WithoutCommon(std::uint32_t id) const;

  const Host* host_ = nullptr;
  Tuning tuning_;
  Shadow shadow_;
  Records records_;
  ClockTrees clocks_;
  StackDepot stacks_;
  Mosaics mosaics_;
  StackDepot sites_;  // the accesses' pcs, as stacks of nothing else
  LockSets lock_sets_;
  SyncTable syncs_;
  TidPool tids_;
  Pool<ThreadState> threads_;
  Pool<Worker> workers_;
  Pool<WideCaches> wide_caches_;
  SpinLock reclaim_lock_;
  // What every thread knows, by tid; in force for one Reclaim.
  struct CommonColumn {
    Clock clock;
    std::uint32_t cycle;
  };
  CommonColumn* common_ = nullptr;
  std::uint32_t common_cycle_ = 0;
  bool common_in_force_ = false;
  std::atomic<std::uint32_t> live_threads_{0};
};

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_DETECTOR_H_
