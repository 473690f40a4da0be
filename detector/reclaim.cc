// Reclaiming access records: mark what shadow cells name, sweep the rest, while the program goes
// on.
//
// 1. Retired chunks become candidates, and marking begins: from the moment every thread has seen
//    it, whoever copies an id from one cell to another place marks it too.
// 2. Walk over all touched cells and note or mark what they name; but empty those of records that
//    every thread knows (NoteCommonKnowledge), which can race with nothing any more. New ids come
//    from active chunks, which are no candidates; so a candidate's id can only vanish from cells
//    during the walk, or be copied, which marks it.
// 3. Records that moved (move_records.cc) take the place of the old ones in a second walk.
// 4. Wait until each thread has been outside the engine once: nobody holds an id that it read
//    before.
// 5. Free the candidates that are not marked. Threads that have no record left are forgotten, and
//    their tids can be given to anybody.
//
// Most records go soon or stay for long (Lieberman and Hewitt, "A Real-Time Garbage Collector Based
// on the Lifetimes of Objects", CACM 1983). So chunks that were kept once are candidates again only
// when many more have been (Records::OldAreDue), and until then pages all of whose cells hold kept
// ids (Records::IsKept) are passed over, if they do not change. Who stores to a cell sees to it
// that its page's kChangedBit is set then; the walk clears it before it looks at the cells, so that
// one of the two sees the other (both are sequentially consistent), and sets it again if it found
// any other id. Stores of before the marking have set it when every thread has been outside. What
// is stored to a passed page until the second walk names only what was in the cell, which is kept,
// or in active chunks, or was copied: nothing has moved there.
#include <algorithm>

#include "detector/detector.h"
#include "detector/turns.h"

namespace hbsan {

// Visits the cells of a page, but for most of the empty ones.
template <typename Visit>
void Detector::ForEachCellOf(Addr page, PlaneMask planes, Visit visit) const {
  constexpr std::size_t kAtOnce = 8;
  const auto visit_plane = [&](Cell* cells) {
    for (Cell* group = cells; group != cells + kPageBytes / kCellBytes; group += kAtOnce) {
      std::uint32_t any = 0;
      for (std::size_t i = 0; i < kAtOnce; ++i) any |= group[i].load(std::memory_order_relaxed);
      if (any != 0) std::for_each_n(group, kAtOnce, visit);
    }
  };
  if ((planes & kWritePlaneBit) != 0) visit_plane(shadow_.WriteCell(page));
  for (int p = 0; p < kReadPlanes; ++p) {
    if ((planes & ReadPlaneBit(p)) != 0) visit_plane(shadow_.ReadCell(p, page));
  }
}

void Detector::Reclaim(void* wait_context, bool old_too) {
  if (!reclaim_lock_.try_lock()) return;
  records_.BeginMark(old_too, [this](Epoch bound) { return IsCommon(bound); });
  host_->wait_quiescent(wait_context);

  const std::uint64_t pages = NoteCells(old_too);
  common_in_force_ = false;
  if (records_.BeginMove(pages, tuning_.always_moves)) MoveCells();

  records_.NextGeneration();
  host_->wait_quiescent(wait_context);
  records_.Sweep(host_->forget_thread, pages);
  ForgetFinishedTids();
  reclaim_lock_.unlock();
}

// In all pages, or those that changed. How many pages there are.
std::uint64_t Detector::NoteCells(bool in_all) {
  std::uint64_t pages = 0;
  std::uint32_t last = 0;
  shadow_.ForEachTouchedPage([&](Addr page, PlaneMask planes) {
    ++pages;
    if (!in_all && (planes & kChangedBit) == 0) return;
    std::atomic<PlaneMask>& state = shadow_.PagePlanes(page);
    planes = state.fetch_and(static_cast<PlaneMask>(~kChangedBit));
    bool all_kept = true;
    ForEachCellOf(page, planes, [&](Cell& cell) {
      if (!records_.IsKept(cell.load(std::memory_order_relaxed))) all_kept &= NoteCell(cell, last);
    });
    if (!all_kept) state.fetch_or(kChangedBit);
  });
  return pages;
}

// Lets cells hold what has moved.
void Detector::MoveCells() {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  shadow_.ForEachTouchedPage([&](Addr page, PlaneMask planes) {
    if ((planes & kChangedBit) == 0) return;
    ForEachCellOf(page, planes, [&](Cell& cell) {
      std::uint32_t id = cell.load(std::memory_order_acquire);
      if (records_.IsKept(id)) return;
      while (id != 0) {
        if (id != from) to = records_.Moved(from = id);
        if (to == id || cell.compare_exchange_strong(id, to, std::memory_order_seq_cst)) break;
      }
    });
  });
}

// Empties the cell of what every thread knows, and notes or marks the rest. `last`: the id that was
// noted or marked last. True if the cell is left without an id, or with one that is kept.
bool Detector::NoteCell(Cell& cell, std::uint32_t& last) {
  std::uint32_t id = cell.load(std::memory_order_acquire);
  while (id != 0 && id != last) {
    std::uint32_t rest = id;
    if (!records_.IsMixed(id)) {
      if (!records_.NoteInCell(id)) rest = 0;
    } else {
      bool is_common = IsCommon(id);
      if (is_common) {
        FreezeTurns(id, 0xff);  // which may have changed before that
        is_common = IsCommon(id);
      }
      rest = is_common ? 0 : WithoutCommon(id);
    }
    if (rest == id) {
      if (records_.Keep(id)) return true;
      if (records_.IsMixed(id)) records_.Note(id);
      last = id;
      return false;
    }
    if (cell.compare_exchange_strong(id, rest, std::memory_order_seq_cst)) id = rest;
  }
  return id == 0;
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

// Every thread knows all of the epoch's thread up to it.
bool Detector::IsCommon(Epoch epoch) const {
  const CommonColumn& column = common_[epoch.tid().value];
  return common_in_force_ && column.cycle == common_cycle_ && epoch.clock() != Records::kNever &&
         epoch.clock() <= column.clock;
}

// Every thread knows what `id` stands for. A split changes all the time, so that is not looked
// into.
bool Detector::IsCommon(std::uint32_t id) {
  while (id != 0) {
    Record& record = records_[id];
    const bool in_list = records_.IsMixed(id);
    if (in_list && record.IsPair()) return IsCommon(record.low) && IsCommon(record.high);
    if (in_list && record.IsSplit()) return false;
    if (in_list && record.IsPatches()) {
      return Patches(record).All([this](std::uint32_t index, ByteMask) {
        return IsCommon(records_.BoundOfSingle(index));
      });
    }
    const std::uint32_t head = record.IsTurn() ? Turn(record).Head() : record.head;
    if (!IsCommon(records_.BoundOfSingle(in_list ? head : id))) return false;
    id = in_list ? record.tail : 0;
  }
  return true;
}

// What is left of a list without what every thread knows at its head, or below it: an atomic
// variable's last access without the plain one that initialised it. `id` itself if that is all.
std::uint32_t Detector::WithoutCommon(std::uint32_t id) const {
  if (!records_.IsMixed(id) || !records_[id].IsList()) return id;
  // By what the records say, which is exact also where their chunk is in use.
  const auto is_common = [&](std::uint32_t index) { return IsCommon(records_.EpochOf(index)); };
  const Record& list = records_[id];
  if (is_common(list.head)) return list.tail;
  const bool alone = records_[list.head].bytes == list.bytes && records_[list.head].atomic();
  return alone && !records_.IsMixed(list.tail) && is_common(list.tail) ? list.head : id;
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
