#include "detector/detector.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "detector/checker.h"

namespace hbsan {
namespace {

// Sizes of the depots' first tables.
constexpr int kStackTableBits = 18;
constexpr int kSiteTableBits = 12;
// Threads beyond make do with small caches.
constexpr std::uint32_t kMaxWideCaches = 1u << 12;

template <typename Caches>
void Use(Worker& worker, Caches& caches) {
  worker.sites = caches.sites;
  worker.site_shift = Caches::kSiteShift;
  worker.transitions = caches.transitions;
  worker.transition_shift = Caches::kTransitionShift;
  worker.stacks = caches.stacks;
  worker.stack_shift = Caches::kStackShift;
  worker.locks = caches.locks;
  worker.lock_shift = Caches::kLockShift;
  worker.mosaics = caches.mosaics;
  worker.mosaic_mask = Caches::kMosaicMask;
}

}  // namespace

void Detector::Init(const Host& host) {
  host_ = &host;
  shadow_.Init(host);
  records_.Init(host);
  clocks_.Init(host, tids_.generation());
  stacks_.Init(host, kStackTableBits);
  sites_.Init(host, kSiteTableBits);
  mosaics_.Init(host);
  lock_sets_.Init(host);
  syncs_.Init(host, shadow_);
  tids_.Init(host);
  threads_.Init(host, kMaxTids, "too many threads and goroutines at once");
  workers_.Init(host, 1u << 20, "too many threads at once");
  common_ = static_cast<CommonColumn*>(host.reserve(sizeof(CommonColumn) * kMaxTids));
  wide_caches_.Init(host, 2 * kMaxWideCaches, "too many wide caches");
}

// --- Threads

ThreadState& Detector::NewThreadState(ThreadDescription* description, Frame* frames) {
  const std::uint32_t index = threads_.Allocate();
  ThreadState& t = threads_[index];
  std::memset(static_cast<void*>(&t), 0, offsetof(ThreadState, held));
  t.index = index;
  t.description = description;
  t.frames = t.saved_stack_top = frames;
  t.learned = true;  // what it inherits
  ++description->references;
  return t;
}

// `t` is ordered after what (known, own) says.
void Detector::TakeTid(ThreadState& t, const VectorClock& known, Epoch own) {
  struct Context {
    const ClockTrees& clocks;
    const VectorClock& known;
    const Epoch own;
  } context{clocks_, known, own};
  const auto covered = [](Epoch last, const void* c) {
    const auto& [clocks, known, own] = *static_cast<const Context*>(c);
    if (last.tid() == own.tid() && last.clock() <= own.clock()) return true;
    return last.clock() <= clocks.Get(known, last.tid());
  };
  t.tid = tids_.Allocate(covered, &context, t.clock);
  t.alive.store(true, std::memory_order_release);
  ++live_threads_;
}

ThreadState* Detector::StartThread(ThreadState* parent, ThreadDescription* description,
                                   Frame* frames) {
  ThreadState& t = NewThreadState(description, frames);
  if (parent == nullptr) {
    TakeTid(t, {}, {});
    return &t;
  }
  const Epoch forked = Publish(*parent, 0, 0);
  clocks_.Settle(parent->worker->clock_nodes, parent->known, forked);
  t.known = clocks_.ShareOwn(parent->known);
  clocks_.Raise(parent->worker->clock_nodes, t.known, forked.tid(), forked.clock(), forked);
  TakeTid(t, parent->known, forked);
  return &t;
}

ThreadState* Detector::StartThreadAfter(const EmbeddedClock& known, ClockNodeCache& cache,
                                        ThreadDescription* description, Frame* frames) {
  ThreadState& t = NewThreadState(description, frames);
  t.known = clocks_.Share(known.known);
  if (!known.released.empty()) {
    clocks_.Raise(cache, t.known, known.released.tid(), known.released.clock());
  }
  TakeTid(t, known.known, known.released);
  return &t;
}

void Detector::Resume(ThreadState& t, HotState& hot, int plane) {
  t.hot = &hot;
  if (hot.worker == nullptr) hot.worker = &NewWorker();
  t.worker = hot.worker;
  t.plane = plane;
  hot.stack_top = t.saved_stack_top;
  hot.write_plane = shadow_.write_plane();
  hot.read_plane = shadow_.read_plane(plane);
  hot.state = &t;
  ForgetReusedIds(*t.worker);
  Refresh(t);
}

void Detector::Suspend(ThreadState& t) {
  t.saved_stack_top = t.hot->stack_top;
  t.hot->state = nullptr;
  t.hot->own_count = 0;
  t.hot = nullptr;
  t.worker = nullptr;
}

void Detector::FinishThread(ThreadState& t, SyncObject* end) {
  if (t.hot == nullptr) t.worker = &NewWorker();
  if (end != nullptr) ReleaseStore(t, *end, 0);
  Worker& worker = *t.worker;
  if (t.hot != nullptr) t.hot->worker = nullptr;
  Retire(t);
  clocks_.Flush(worker.clock_nodes);
  workers_.Free(worker.index);
}

void Detector::FinishGoroutine(ThreadState& t) { Retire(t); }

void Detector::Retire(ThreadState& t) {
  const Clock last{t.accessed ? t.clock.value : t.clock.value - 1};
  Worker& worker = *t.worker;
  clocks_.Drop(worker.clock_nodes, t.known);
  clocks_.Drop(worker.clock_nodes, t.release_fence);
  clocks_.Drop(worker.clock_nodes, t.acquire_pending);
  if (t.hot != nullptr) Suspend(t);
  records_.RetireChunks(t);
  t.alive.store(false, std::memory_order_release);
  ThreadDescription* description = t.description;
  tids_.Finish({t.tid, last});
  threads_.Free(t.index);
  --live_threads_;
  if (description->references.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    host_->forget_thread(description);
  }
}

Worker& Detector::NewWorker() {
  const std::uint32_t index = workers_.Allocate();
  Worker& worker = workers_[index];
  worker.index = index;
  worker.misses = 0;
  Use(worker, worker.small);
  return worker;
}

void Detector::FreeWorker(Worker& worker) {
  clocks_.Flush(worker.clock_nodes);
  if (worker.wide != 0) wide_caches_.Free(worker.wide);
  worker.wide = 0;
  workers_.Free(worker.index);
}

void Detector::Widen(Worker& worker) {
  if (worker.wide != 0 || wide_caches_.live() >= kMaxWideCaches) return;
  worker.wide = wide_caches_.Allocate();
  WideCaches& caches = wide_caches_[worker.wide];
  if (caches.used) std::memset(static_cast<void*>(&caches), 0, sizeof caches);  // ids of long ago
  caches.used = true;
  Use(worker, caches);
}

void Detector::AfterForkInChild(ThreadState& self) {
  for (std::uint32_t i = 1; i <= threads_.high_water(); ++i) {
    ThreadState& t = threads_[i];
    if (&t == &self || !t.alive.load(std::memory_order_relaxed)) continue;
    t.hot = nullptr;  // its thread-local storage may be reused; its worker's caches stay unused
    FinishThread(t, nullptr);
  }
}

// --- Accesses

void Detector::ResetMemory(ThreadState& t, Addr addr, std::size_t size) {
  if (size == 0) return;
  syncs_.RemoveRange(addr, size, [&](SyncObject& s) { DropClocks(t.worker->clock_nodes, s); });
  ForgetAccesses(t, addr, size);
}

void Detector::ResetCells(ClockNodeCache& cache, Addr addr, std::size_t size) {
  syncs_.RemoveRange(addr, size, [&](SyncObject& s) { DropClocks(cache, s); });
  shadow_.Clear(addr, size);
}

void Detector::ForgetAccesses(ThreadState& t, Addr addr, std::size_t size) {
  const Addr end = addr + size;
  const Addr first = (addr + kCellBytes - 1) & ~(kCellBytes - 1);
  const Addr last = end & ~(kCellBytes - 1);
  if (first < last) shadow_.Clear(first, last - first);
  if (first == addr && last == end) return;
  // A cell that is shared with a neighbour loses only its part.
  const Site site;
  AccessChecker checker(*this, t, site, addr, size);
  const auto erase = [&](Addr cell, unsigned bytes) {
    const PlaneMask planes = shadow_.PagePlanes(cell).load(std::memory_order_relaxed);
    const auto mask = static_cast<ByteMask>(bytes);
    if ((planes & kWritePlaneBit) != 0) checker.Erase(*shadow_.WriteCell(cell), mask);
    for (int p = 0; p < kReadPlanes; ++p) {
      if ((planes & ReadPlaneBit(p)) != 0) checker.Erase(*shadow_.ReadCell(p, cell), mask);
    }
    Shadow::NoteChange(shadow_.PagePlanes(cell));
  };
  if (first > last) {  // inside one cell
    erase(last, (0xffu << (addr - last)) & (0xffu >> (first - end)));
    return;
  }
  if (first != addr) erase(first - kCellBytes, 0xffu << (kCellBytes - (first - addr)));
  if (last != end) erase(last, 0xffu >> (kCellBytes - (end - last)));
}

void Detector::MoveMemory(ThreadState& t, Addr from, Addr to, std::size_t size) {
  ResetMemory(t, to, size);
  syncs_.Move(from, to, size);
  shadow_.ForEachTouchedPage(from, size, [&](Addr page, PlaneMask planes) {
    const Addr end = std::min(page + kPageBytes, from + size);
    for (Addr a = std::max(page, from); a < end; a += kCellBytes) {
      const Addr b = a - from + to;
      if ((planes & kWritePlaneBit) != 0) {
        MoveCell(*shadow_.WriteCell(a), *shadow_.WriteCell(b), b, kWritePlaneBit);
      }
      for (int p = 0; p < kReadPlanes; ++p) {
        if ((planes & ReadPlaneBit(p)) == 0) continue;
        MoveCell(*shadow_.ReadCell(p, a), *shadow_.ReadCell(p, b), b, ReadPlaneBit(p));
      }
    }
  });
  shadow_.Clear(from, size);
}

void Detector::MoveCell(const Cell& from, Cell& to, Addr to_addr, PlaneMask plane) {
  const std::uint32_t id = from.load(std::memory_order_acquire);
  if (id == 0) return;
  if (records_.marking()) records_.Mark(id);
  shadow_.Touch(to_addr, plane);
  to.store(id, std::memory_order_seq_cst);
  Shadow::NoteChange(shadow_.PagePlanes(to_addr));
}

std::uint32_t Detector::NewRecord(ThreadState& t) {
  const std::uint32_t range_end = t.chunk_end;
  const std::uint32_t index = records_.Allocate(t);
  if (t.chunk_end != range_end) TookChunks(t);
  return index;
}

std::uint32_t Detector::NewRecords(ThreadState& t, std::uint32_t count) {
  const std::uint32_t range_end = t.chunk_end;
  const std::uint32_t first = records_.AllocateAdjacent(t, count);
  if (t.chunk_end != range_end) TookChunks(t);
  return first;
}

void Detector::TookChunks(ThreadState& t) {
  ForgetReusedIds(*t.worker);
  Refresh(t);
  t.took_chunks = true;
}

HBSAN_PRESERVE_MOST void Detector::ForgetIds(Worker& worker) {
  const std::uint32_t generation = records_.generation();
  worker.small.ForgetRecords();
  if (worker.wide != 0) wide_caches_[worker.wide].ForgetRecords();
  std::memset(static_cast<void*>(worker.parts), 0, sizeof worker.parts);
  std::memset(static_cast<void*>(worker.turns), 0, sizeof worker.turns);
  worker.generation = generation;
}

void Detector::Refresh(ThreadState& t) {
  if (t.hot == nullptr) return;
  t.hot->own_first = kFullyCovered | t.epoch_first;
  t.hot->own_count = t.chunk_end - t.epoch_first;
}

// --- What reports need

StackId Detector::CurrentStack(ThreadState& t, std::uintptr_t pc) {
  const StackId below = t.hot == nullptr ? StackId{} : stacks_.Intern(t.frames, t.hot->stack_top);
  return pc == 0 ? below : stacks_.Push(below, pc);
}

void Detector::MutexLocked(ThreadState& t, Addr mutex, StackId stack, bool shared) {
  if (t.held_count == ThreadState::kMaxHeld) return;
  t.held[t.held_count++] = {mutex, stack, shared};
  t.HeldChanged();
}

void Detector::MutexUnlocked(ThreadState& t, Addr mutex) {
  for (int i = t.held_count - 1; i >= 0; --i) {
    if (t.held[i].mutex != mutex) continue;
    if (t.last_release.object == mutex && t.last_release.mutex == 0) {
      t.last_release.mutex = mutex;
      t.last_release.shared = t.held[i].shared;
    }
    std::copy(t.held + i + 1, t.held + t.held_count, t.held + i);
    --t.held_count;
    t.HeldChanged();
    return;
  }
}

void Detector::OwnsMutex(ThreadState& t, Addr mutex, bool shared) {
  if (!t.NobodyLockedSince(mutex, shared, t.acquired)) return;
  t.epoch_first = t.last_release.epoch_first;
  t.goes_on_from = t.acquired;
  t.accessed = true;
  Refresh(t);
}

bool Detector::LostMutex(const ThreadState& t, Addr mutex, const EmbeddedClock& l) {
  return !t.goes_on_from.empty() && t.last_release.mutex == mutex && l.released != t.goes_on_from;
}

Detector::Counters Detector::counters() const {
  return {.live_threads = live_threads_.load(std::memory_order_relaxed),
          .tids = tids_.high_water(),
          .records = records_.live_chunks() * Records::kChunkRecords,
          .sync_objects = syncs_.live(),
          .stacks = stacks_.size()};
}

}  // namespace hbsan
