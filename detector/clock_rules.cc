// The clock rules of the contract, on sync objects and fences. See detector.h for the table.
//
// A sync object's L is (known, released): `known` with the column of `released` raised to it. A
// release by t makes L a copy of C in O(1), because `known` is shared with t's tree and t's own
// column stands in `released`.
#include <cstring>

#include "detector/detector.h"

namespace hbsan {

Epoch Detector::Publish(ThreadState& t, Addr object, std::uintptr_t pc) {
  t.last_release.object = 0;
  t.goes_on_from = {};
  if (!t.accessed && !t.learned) {
    // Nothing new since the last tick: that clock says it all.
    return {t.tid, {t.clock.value - 1}};
  }
  const Epoch published{t.tid, t.clock};
  if (Records::IsTooLong(t)) {
    records_.RetireChunks(t);
    t.took_chunks = true;
  } else {
    t.last_release = {.object = WithoutRole(object),
                      .mutex = 0,
                      .shared = false,
                      .released = published,
                      .acquired = t.acquired,
                      .epoch_first = t.epoch_first};
  }
  ++t.clock.value;
  t.accessed = t.learned = false;
  Records::StartEpoch(t);
  Refresh(t);
  t.releases[t.release_count++ % ThreadState::kReleaseNotes] = {published.clock(),
                                                                WithoutRole(object), pc};
  return published;
}

void Detector::Learn(ThreadState& t, const VectorClock& known, Epoch released) {
  if (JoinInto(t, t.known, known, released, JoinerOf(t))) t.learned = true;
}

bool Detector::JoinInto(ThreadState& t, VectorClock& into, const VectorClock& known, Epoch released,
                        const ClockJoiner& joiner, VectorClock* given_up) {
  ClockNodeCache& cache = t.worker->clock_nodes;
  const bool releases = !released.empty() && released.tid() != t.tid;
  // Where many started by one thread learn from each other, each knows that one at another clock:
  // in the handle, that leaves the trees alike.
  const bool keeps_recent =
      releases && into.recent().tid() == known.recent().tid() && into.recent() != known.recent();
  bool changed = clocks_.Join(cache, into, known, joiner, given_up);
  if (!releases) return changed;
  if (keeps_recent) return clocks_.RaiseBelow(cache, into, released, joiner.maker) || changed;
  return clocks_.Raise(cache, into, released.tid(), released.clock(), joiner.maker) || changed;
}

void Detector::DropClocks(ClockNodeCache& cache, SyncObject& s) {
  clocks_.Drop(cache, s.known);
  s.released = {};
  s.single = false;
}

void Detector::ShareKnown(ThreadState& t, VectorClock& to) {
  if (to == t.known) return;
  clocks_.Drop(t.worker->clock_nodes, to);
  to = clocks_.ShareOwn(t.known);
}

void Detector::AcquireLocked(ThreadState& t, SyncObject& s) {
  t.acquired = s.released;
  if (s.single && Covers(t, s.released)) return;  // knows all that the releaser knew
  Learn(t, s.known, s.released);
}

void Detector::ReleaseStoreLocked(ThreadState& t, SyncObject& s, std::uintptr_t pc) {
  s.released = Publish(t, s.address, pc);
  s.single = true;
  ShareKnown(t, s.known);
}

void Detector::ReleaseLocked(ThreadState& t, SyncObject& s, std::uintptr_t pc) {
  const bool empty = s.known.empty() && s.released.empty();
  if (empty || (s.single && Covers(t, s.released))) {  // L ⊑ C
    ReleaseStoreLocked(t, s, pc);
    return;
  }
  if (KnowsAllButPresent(t, s.released)) {
    s.released = Publish(t, s.address, pc);
    return;
  }
  const Epoch mine = Publish(t, s.address, pc);
  clocks_.Join(t.worker->clock_nodes, s.known, t.known, {t.tid, {}, {}});
  clocks_.Raise(t.worker->clock_nodes, s.known, s.released.tid(), s.released.clock());
  s.released = mine;
  s.single = false;
}

void Detector::ForgetLocked(ThreadState& t, SyncObject& s) { DropClocks(t.worker->clock_nodes, s); }

void Detector::Acquire(ThreadState& t, SyncObject& s) {
  SpinLockHolder hold(s.lock);
  AcquireLocked(t, s);
}

void Detector::Release(ThreadState& t, SyncObject& s, std::uintptr_t pc) {
  SpinLockHolder hold(s.lock);
  ReleaseLocked(t, s, pc);
}

void Detector::ReleaseStore(ThreadState& t, SyncObject& s, std::uintptr_t pc) {
  SpinLockHolder hold(s.lock);
  ReleaseStoreLocked(t, s, pc);
}

void Detector::ReleaseAcquire(ThreadState& t, SyncObject& s, std::uintptr_t pc) {
  SpinLockHolder hold(s.lock);
  const VectorClock before = s.known;
  const Epoch released = s.released;
  const bool single = s.single;
  s.known = clocks_.ShareOwn(t.known);
  s.released = Publish(t, s.address, pc);
  s.single = true;
  if (!single || !Covers(t, released)) Learn(t, before, released);
  VectorClock drop = before;
  clocks_.Drop(t.worker->clock_nodes, drop);
}

SyncObject& Detector::SyncAt(ThreadState&, Addr addr) { return syncs_.FindOrCreate(addr); }

void Detector::DestroySync(ThreadState& t, Addr addr) {
  syncs_.Remove(addr, [&](SyncObject& s) { DropClocks(t.worker->clock_nodes, s); });
}

SyncObject& Detector::NewSync() { return syncs_.New(); }

void Detector::DeleteSync(ThreadState& t, SyncObject& s) {
  {
    SpinLockHolder hold(s.lock);
    DropClocks(t.worker->clock_nodes, s);
  }
  syncs_.Delete(s);
}

void Detector::FenceAcquire(ThreadState& t) {
  Learn(t, t.acquire_pending, {});
  clocks_.Drop(t.worker->clock_nodes, t.acquire_pending);
}

void Detector::FenceRelease(ThreadState& t, std::uintptr_t pc) {
  t.release_fence_epoch = Publish(t, 0, pc);
  ShareKnown(t, t.release_fence);
}

void Detector::RelaxedLoadLocked(ThreadState& t, SyncObject& s) {
  if (s.single && Covers(t, s.released)) return;
  JoinInto(t, t.acquire_pending, s.known, s.released, {t.tid, {}, {}});
}

void Detector::RelaxedStoreLocked(ThreadState& t, SyncObject& s) {
  DropClocks(t.worker->clock_nodes, s);
  RelaxedUpdateLocked(t, s);
}

void Detector::RelaxedUpdateLocked(ThreadState& t, SyncObject& s) {
  if (t.release_fence_epoch.empty()) return;
  const bool empty = s.known.empty() && s.released.empty();
  if (empty) {
    s.known = clocks_.Share(t.release_fence);
    s.released = t.release_fence_epoch;
    s.single = true;
    return;
  }
  clocks_.Join(t.worker->clock_nodes, s.known, t.release_fence);
  clocks_.Raise(t.worker->clock_nodes, s.known, t.release_fence_epoch.tid(),
                t.release_fence_epoch.clock());
  s.single = false;
}

}  // namespace hbsan
