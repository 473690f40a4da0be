// What the records of the running thread say, found in its worker's caches: the stack, the locks
// held, and this epoch's record of a site.
#include <algorithm>

#include "detector/detector.h"

namespace hbsan {

std::uint32_t Detector::NodeOfFrames(ThreadState& t) {
  Frame* const top = t.hot->stack_top;
  Frame* frame = top;
  while (frame != t.frames && frame[-1].node == 0) --frame;
  std::uint32_t node = frame == t.frames ? 0 : frame[-1].node;
  Worker& worker = *t.worker;
  for (; frame != top; ++frame) {
    const std::uintptr_t pc = frame->return_address;
    const std::uint32_t hash = StackCacheEntry::Hash(pc, node);
    StackCacheEntry* entry = &worker.stacks[hash >> worker.stack_shift];
    if (entry->pc != pc || entry->below != node || entry->node == 0) {
      CountMiss(worker);  // may replace the caches
      entry = &worker.stacks[hash >> worker.stack_shift];
      *entry = {pc, node, stacks_.Push({node}, pc).value};
    }
    node = frame->node = entry->node;
  }
  return node;
}

void Detector::UpdateLocks(ThreadState& t) {
  t.held_changed = false;
  if (t.held_count != 1) {
    t.locks = lock_sets_.Intern(t.held, t.held_count);
    return;
  }
  const HeldLock& held = t.held[0];
  LockCacheEntry& entry = t.worker->locks[LockCacheEntry::Hash(held)];
  if (entry.held != held) entry = {held, lock_sets_.Intern(&held, 1)};
  t.locks = entry.set;
}

std::uint32_t Detector::RecordOf(ThreadState& t, std::uintptr_t pc, std::uint32_t node,
                                 std::uint32_t detail) {
  if (t.held_changed) UpdateLocks(t);
  Worker& worker = *t.worker;
  const std::uint64_t hash = SiteCacheEntry::Hash(pc, node, detail);
  SiteCacheEntry* set = worker.sites[hash >> worker.site_shift];
  SiteCacheEntry* entry = std::find_if(
      set, set + kCacheWays, [&](const SiteCacheEntry& e) { return e.IsOf(pc, node, detail); });
  if (entry == set + kCacheWays) {
    CountMiss(worker);
    set = worker.sites[hash >> worker.site_shift];
    entry = &worker.NextVictim(set);
    *entry = {pc, node, stacks_.Push({node}, pc).value, 0, detail};
  }
  worker.last_site = entry;
  if (IsCurrent(t, *entry)) return entry->record;
  const StackId stack{entry->stack};
  const std::uint32_t index = NewRecord(t);  // may empty the worker's caches
  *entry = {pc, node, stack.value, index, detail};
  worker.last_site = entry;
  Record& record = records_[index];
  record.epoch = {t.tid, t.clock};
  record.stack = stack;
  record.locks = t.locks;
  record.bytes = static_cast<std::uint8_t>(detail >> 8);
  record.tag = static_cast<std::uint8_t>(detail);
  t.accessed = true;
  return index;
}

// What a thread knows only grows, so columns that were looked up stay true.
bool Detector::LookUpOrdered(ThreadState& t, Epoch e) const {
  const Clock known = Known(t, e.tid());
  if (known < e.clock()) return false;
  t.ColumnCovered(e.tid()) = {e.tid(), known};
  return true;
}

}  // namespace hbsan
