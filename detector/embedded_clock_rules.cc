// The clock rules on clocks that lie in the primitives themselves. See detector.h for the table.
#include <utility>

#include "detector/detector.h"

namespace hbsan {

bool Detector::NothingToLearn(const ThreadState& t, const EmbeddedClock& l) const {
  if (l.single_in != 0) {
    return l.single_in == tids_.generation().load(std::memory_order_relaxed) &&
           Covers(t, l.released);
  }
  return l.empty();
}

void Detector::Set(EmbeddedClock& l, Epoch released) const {
  l.released = released;
  l.single_in = tids_.generation().load(std::memory_order_relaxed);
}

void Detector::Acquire(ThreadState& t, const EmbeddedClock& l) {
  t.acquired = l.released;
  if (!NothingToLearn(t, l)) Learn(t, l.known, l.released);
}

void Detector::ReleaseStore(ThreadState& t, EmbeddedClock& l, Addr object, std::uintptr_t pc) {
  Set(l, Publish(t, object, pc));
  ShareKnown(t, l.known);
}

void Detector::Release(ThreadState& t, EmbeddedClock& l, Addr object, std::uintptr_t pc) {
  if (NothingToLearn(t, l)) {  // L ⊑ C
    ReleaseStore(t, l, object, pc);
    return;
  }
  if (KnowsAllButPresent(t, l.released)) {
    l.released = Publish(t, object, pc);
    return;
  }
  const Epoch mine = Publish(t, object, pc);
  clocks_.Join(t.worker->clock_nodes, l.known, t.known, {t.tid, {}, {}});
  if (!l.released.empty()) {
    clocks_.Raise(t.worker->clock_nodes, l.known, l.released.tid(), l.released.clock());
  }
  l.released = mine;
  l.single_in = 0;
}

void Detector::ReleaseAcquire(ThreadState& t, EmbeddedClock& l, Addr object, std::uintptr_t pc) {
  EmbeddedClock before;
  Exchange(t, l, before, object, pc);
  Take(t, before);
}

void Detector::Exchange(ThreadState& t, EmbeddedClock& l, EmbeddedClock& taken, Addr object,
                        std::uintptr_t pc) {
  taken = l;
  l.known = clocks_.ShareOwn(t.known);
  Set(l, Publish(t, object, pc));
}

void Detector::Take(ThreadState& t, EmbeddedClock& l) {
  if (!NothingToLearn(t, l) && JoinInto(t, t.known, l.known, l.released, JoinerOf(t), &l.known)) {
    t.learned = true;
  }
  Drop(t.worker->clock_nodes, l);
}

void Detector::ExchangeForTwo(ThreadState& t, EmbeddedClock& slot, EmbeddedClock& taken,
                              EmbeddedClock& offer, EmbeddedClock& box, Addr object,
                              std::uintptr_t pc) {
  ReleaseStore(t, box, object, pc);
  taken = slot;
  slot = offer;
  offer = {};
}

void Detector::Meet(ThreadState& t, EmbeddedClock& offer, EmbeddedClock& box, Addr object,
                    std::uintptr_t pc) {
  // Who waits knows all of `offer`, so it may find it in its box, and share t's nodes.
  Take(t, offer);
  Set(box, Publish(t, object, pc));
  ShareKnown(t, box.known);
}

void Detector::Copy(ClockNodeCache& cache, EmbeddedClock& to, const EmbeddedClock& from) {
  if (to.known != from.known) {
    clocks_.Drop(cache, to.known);
    to.known = clocks_.Share(from.known);
  }
  to.released = from.released;
  to.single_in = from.single_in;
}

void Detector::Drop(ClockNodeCache& cache, EmbeddedClock& l) {
  clocks_.Drop(cache, l.known);
  l = {};
}

}  // namespace hbsan
