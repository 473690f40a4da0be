// Reclaiming access records: mark what shadow cells name, sweep the rest, while the program goes
// on.
//
// 1. All retired chunks become candidates, and marking begins: from the moment every thread has
// seen it, whoever copies an
//    id from one cell to another place marks it too.
// 2. Walk over all touched cells and mark what they name. New ids come from active chunks, which
// are no candidates; so a
//    candidate's id can only vanish from cells during the walk, or be copied, which marks it.
// 3. Wait until each thread has been outside the engine once: nobody holds an id that it read
// before.
// 4. Free the candidates that are not marked. Threads that have no record left are forgotten, and
// their tids can be
//    given to anybody.
#include "detector/detector.h"

namespace hbsan {

void Detector::Reclaim(void* wait_context) {
  if (!reclaim_lock_.try_lock()) return;
  records_.BeginMark();
  host_->wait_quiescent(wait_context);

  const auto mark = [&](const Cell* cells) {
    for (std::size_t i = 0; i < kPageBytes / kCellBytes; ++i) {
      const std::uint32_t id = cells[i].load(std::memory_order_acquire);
      if (id != 0) records_.Mark(id);
    }
  };
  shadow_.ForEachTouchedPage([&](Addr page, PlaneMask planes) {
    if ((planes & kWritePlaneBit) != 0) mark(shadow_.WriteCell(page));
    for (int p = 0; p < kReadPlanes; ++p) {
      if ((planes & ReadPlaneBit(p)) != 0) mark(shadow_.ReadCell(p, page));
    }
  });

  records_.NextGeneration();
  host_->wait_quiescent(wait_context);
  records_.Sweep(host_->forget_thread);
  ForgetFinishedTids();
  reclaim_lock_.unlock();
}

// A tid without records may go to anybody. What a sync object says of its last release by that tid
// then no longer implies what the releaser knew (SyncObject::single), since the next owner need not
// know it.
void Detector::ForgetFinishedTids() {
  tids_.ForgetWithout([&](auto mark_used) { records_.ForEachOwnedChunk(mark_used); });
  syncs_.ForEach([&](SyncObject& s) {
    SpinLockHolder hold(s.lock);
    if (s.single && tids_.IsForgotten(s.released.tid())) s.single = false;
  });
  tid_generation_.fetch_add(1, std::memory_order_relaxed);
  clocks_.ForgetMakers();
  tids_.CommitForgotten();
}

}  // namespace hbsan
