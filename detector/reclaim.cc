// Reclaiming access records: mark what shadow cells name, sweep the rest, while the program goes
// on.
//
// 1. All retired chunks become candidates, and marking begins: from the moment every thread has
// seen it, whoever copies an
//    id from one cell to another place marks it too.
// 2. Walk over all touched cells and mark what they name; but empty those of records that every
// thread knows (NoteCommonKnowledge), which can race with nothing any more. New ids come from
// active chunks, which are no candidates; so a
//    candidate's id can only vanish from cells during the walk, or be copied, which marks it.
// 3. Wait until each thread has been outside the engine once: nobody holds an id that it read
// before.
// 4. Free the candidates that are not marked. Threads that have no record left are forgotten, and
// their tids can be
//    given to anybody.
#include <algorithm>

#include "detector/detector.h"

namespace hbsan {

void Detector::Reclaim(void* wait_context) {
  if (!reclaim_lock_.try_lock()) return;
  records_.BeginMark();
  host_->wait_quiescent(wait_context);

  std::uint32_t marked = 0;
  const auto mark = [&](Cell* cells) {
    for (std::size_t i = 0; i < kPageBytes / kCellBytes; ++i) {
      std::uint32_t id = cells[i].load(std::memory_order_acquire);
      if (id == 0 || id == marked) continue;
      if (IsCommon(id) && cells[i].compare_exchange_strong(id, 0, std::memory_order_seq_cst)) {
        continue;
      }
      const std::uint32_t rest = WithoutCommon(id);
      if (rest != id && cells[i].compare_exchange_strong(id, rest, std::memory_order_seq_cst)) {
        id = rest;
      }
      records_.Mark(id);
      marked = id;
    }
  };
  std::uint64_t pages = 0;
  shadow_.ForEachTouchedPage([&](Addr page, PlaneMask planes) {
    ++pages;
    if ((planes & kWritePlaneBit) != 0) mark(shadow_.WriteCell(page));
    for (int p = 0; p < kReadPlanes; ++p) {
      if ((planes & ReadPlaneBit(p)) != 0) mark(shadow_.ReadCell(p, page));
    }
  });

  records_.NextGeneration();
  host_->wait_quiescent(wait_context);
  common_in_force_ = false;
  records_.Sweep(host_->forget_thread, pages);
  ForgetFinishedTids();
  reclaim_lock_.unlock();
}

void Detector::NoteCommonKnowledge() {
  constexpr std::uint32_t kMostThreads = 64;
  if (live_threads_.load(std::memory_order_relaxed) > kMostThreads) return;
  ++common_cycle_;
  records_.ForEachOwnedChunk([&](Tid tid) {
    CommonColumn& column = common_[tid.value];
    if (column.cycle != common_cycle_) column = {KnownToAll(tid), common_cycle_};
  });
  common_in_force_ = true;
}

// Up to when the past of `tid` is known to every other thread.
Clock Detector::KnownToAll(Tid tid) const {
  Clock known = Records::kNever;
  for (std::uint32_t i = 1; i <= threads_.high_water(); ++i) {
    const ThreadState& t = threads_[i];
    if (!t.alive.load(std::memory_order_relaxed) || t.tid == tid) continue;
    known = std::min(known, clocks_.Get(t.known, tid));
  }
  return known;
}

// Every thread knows what `id` stands for. A split changes all the time, so that is not looked
// into.
bool Detector::IsCommon(std::uint32_t id) const {
  if (!common_in_force_) return false;
  while (id != 0) {
    const Record& record = records_[id];
    const bool in_list = records_.IsMixed(id);
    if (in_list && record.IsPair()) return IsCommon(record.low) && IsCommon(record.high);
    if (in_list && !record.IsList()) return false;
    const Epoch bound = records_.BoundOfSingle(in_list ? record.head : id);
    if (bound.clock() == Records::kNever || !IsCommon(bound)) return false;
    id = in_list ? record.tail : 0;
  }
  return true;
}

// What is left of a list without what every thread knows at its head, or below it: an atomic
// variable's last access without the plain one that initialised it. `id` itself if that is all.
std::uint32_t Detector::WithoutCommon(std::uint32_t id) const {
  if (!common_in_force_ || !records_.IsMixed(id) || !records_[id].IsList()) return id;
  // By what the records say, which is exact also where their chunk is in use.
  const auto is_common = [&](std::uint32_t index) { return IsCommon(records_.EpochOf(index)); };
  const Record& list = records_[id];
  if (is_common(list.head)) return list.tail;
  const bool alone = records_[list.head].bytes == list.bytes && records_[list.head].atomic();
  return alone && !records_.IsMixed(list.tail) && is_common(list.tail) ? list.head : id;
}

bool Detector::IsCommon(Epoch e) const {
  const CommonColumn& column = common_[e.tid().value];
  return column.cycle == common_cycle_ && e.clock() <= column.clock;
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
  tids_.CommitForgotten();
}

}  // namespace hbsan
