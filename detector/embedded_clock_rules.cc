// The clock rules on clocks that lie in the primitives themselves. See detector.h for the table.
#include "detector/detector.h"

namespace hbsan {

bool Detector::NothingToLearn(const ThreadState& t, const EmbeddedClock& l) const {
  if (l.single_in != 0) {
    return l.single_in == tid_generation_.load(std::memory_order_relaxed) && Covers(t, l.released);
  }
  return l.empty();
}

void Detector::Set(EmbeddedClock& l, Epoch released) const {
  l.released = released;
  l.single_in = tid_generation_.load(std::memory_order_relaxed);
}

void Detector::Acquire(ThreadState& t, const EmbeddedClock& l) {
  if (!NothingToLearn(t, l)) Learn(t, l.known, l.released);
}

void Detector::ReleaseStore(ThreadState& t, EmbeddedClock& l, Addr object, std::uintptr_t pc) {
  Set(l, Publish(t, object, pc));
  ShareInto(t.worker->clock_nodes, l.known, t.known);
}

void Detector::Release(ThreadState& t, EmbeddedClock& l, Addr object, std::uintptr_t pc) {
  if (NothingToLearn(t, l)) {  // L ⊑ C
    ReleaseStore(t, l, object, pc);
    return;
  }
  const Epoch mine = Publish(t, object, pc);
  clocks_.Join(t.worker->clock_nodes, l.known, t.known, t.tid);
  if (!l.released.empty()) {
    clocks_.Raise(t.worker->clock_nodes, l.known, l.released.tid(), l.released.clock());
  }
  l.released = mine;
  l.single_in = 0;
}

void Detector::ReleaseAcquire(ThreadState& t, EmbeddedClock& l, Addr object, std::uintptr_t pc) {
  EmbeddedClock before = l;
  const bool learns = !NothingToLearn(t, before);
  l.known = clocks_.Share(t.known);
  Set(l, Publish(t, object, pc));
  if (learns) Learn(t, before.known, before.released);
  clocks_.Drop(t.worker->clock_nodes, before.known);
}

void Detector::Meet(ThreadState& t, EmbeddedClock* slot, const EmbeddedClock& offer,
                    EmbeddedClock& box, Addr object, std::uintptr_t pc) {
  if (slot == nullptr) {
    // The waiter knows all of `offer`, so it may find the join of both in its box, and share it.
    Set(box, Publish(t, object, pc));
    Acquire(t, offer);
    ShareInto(t.worker->clock_nodes, box.known, t.known);
    return;
  }
  ReleaseStore(t, box, object, pc);
  Acquire(t, *slot);
  Copy(t.worker->clock_nodes, *slot, offer);
}

void Detector::Copy(ClockNodeCache& cache, EmbeddedClock& to, const EmbeddedClock& from) {
  ShareInto(cache, to.known, from.known);
  to.released = from.released;
  to.single_in = from.single_in;
}

void Detector::Drop(ClockNodeCache& cache, EmbeddedClock& l) {
  clocks_.Drop(cache, l.known);
  l = {};
}

void Detector::ShareInto(ClockNodeCache& cache, VectorClock& to, const VectorClock& from) {
  if (to == from) return;
  clocks_.Drop(cache, to);
  to = clocks_.Share(from);
}

}  // namespace hbsan
