// What the records of the running thread say, found in its worker's caches: the stack, the locks
// held, and this epoch's record of a site.
#include <bit>

#include "detector/quick_check.h"
#include "detector/split.h"
#include "detector/turns.h"

namespace hbsan {

HBSAN_PRESERVE_MOST std::uint32_t Detector::NodeOfFrames(ThreadState& t) {
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
  const Worker& worker = *t.worker;
  LockCacheEntry& entry = worker.locks[LockCacheEntry::Hash(held) >> worker.lock_shift];
  if (entry.held != held) entry = {held, lock_sets_.Intern(&held, 1)};
  t.locks = entry.set;
}

std::uint32_t Detector::SiteOf(std::uintptr_t pc) {
  const std::uint32_t site = sites_.Push({}, pc).value;
  if (site >> Record::kSiteBits != 0) host_->fatal("too many places that access memory");
  return site;
}

StackId Detector::StackOf(const Record& record) {
  std::uintptr_t pc = 0;
  sites_.Unwind({record.site()}, &pc, 1);
  return stacks_.Push({record.below}, pc);
}

Record Detector::RecordOfByte(std::uint32_t index, int byte, ByteMask& bytes) const {
  Record record = records_[index];
  if (!record.IsMosaic()) return record;
  const Mosaic& mosaic = mosaics_[record.below];
  const Tile tile = mosaic.tiles[byte];
  record.bytes = 0;
  for (std::size_t i = 0; i < kCellBytes; ++i) {
    if (mosaic.tiles[i] == tile) record.bytes |= static_cast<ByteMask>(1u << i);
  }
  bytes &= record.bytes;
  record.SetClockAndSite(record.clock(), tile.site());
  record.below = tile.below;
  record.tag = tile.tag();
  return record;
}

HBSAN_PRESERVE_MOST std::uint32_t Detector::FindRecord(ThreadState& t, std::uintptr_t pc,
                                                       std::uint32_t node, std::uint32_t detail) {
  if (t.held_changed) UpdateLocks(t);
  Worker& worker = *t.worker;
  SiteCacheEntry* entry = &worker.SiteAt(pc, node, detail);
  if (!entry->IsOf(pc, node, detail)) {
    CountMiss(worker);  // may replace the caches
    entry = &worker.SiteAt(pc, node, detail);
    *entry = {pc, node, SiteOf(pc), 0, detail};
  }
  if (t.IsReusable(entry->record)) return entry->record;
  const SiteCacheEntry made{pc, node, entry->site, NewRecord(t), detail};  // may empty the caches
  *entry = made;
  Describe(t, made);
  return made.record;
}

// What a thread knows only grows, so columns that were looked up stay true.
HBSAN_PRESERVE_MOST bool Detector::LookUpOrdered(ThreadState& t, Epoch e) const {
  const Clock known = Known(t, e.tid());
  if (known < e.clock()) return false;
  t.ColumnCovered(e.tid()) = {e.tid(), known};
  return true;
}

HBSAN_PRESERVE_MOST bool Detector::IsOrderedByRecord(ThreadState& t, std::uint32_t id) const {
  return IsOrdered(t, records_.EpochOf(id));
}

HBSAN_PRESERVE_MOST bool Detector::IsSettledMixed(ThreadState& t, std::uint32_t id,
                                                  ByteMask bytes) {
  while (id != 0) {
    Record& record = records_[id];
    if (record.IsSplit()) {
      return Split(record).All(
          bytes, [&](std::uint32_t part) { return part == 0 || IsOrderedSingle(t, part); });
    }
    if (record.IsPatches()) {
      return Patches(record).All([&](std::uint32_t index, ByteMask held) {
        return (held & bytes) == 0 || IsOrderedSingle(t, index);
      });
    }
    if (record.IsWriter()) return (record.bytes & bytes) == 0;  // or it may change
    if (record.IsReader()) {
      if ((record.bytes & bytes) != 0 && !IsOrdered(t, records_.EpochOf(Turn(record).Head()))) {
        return false;
      }
      id = record.tail;
      continue;
    }
    if (record.IsPair()) {
      return ((bytes & 0x0f) == 0 || IsSettled(t, record.low, bytes)) &&
             ((bytes & 0xf0) == 0 || IsSettled(t, record.high, bytes));
    }
    const std::uint32_t index = record.IsList() ? record.head : id;
    const ByteMask of_record = record.IsList() ? record.bytes : BytesOfSingle(id, record);
    if ((of_record & bytes) != 0 && !IsOrdered(t, records_.EpochOf(index))) return false;
    id = record.IsList() ? record.tail : 0;
  }
  return true;
}

HBSAN_PRESERVE_MOST bool Detector::IsReplaceableMixed(ThreadState& t, std::uint32_t id,
                                                      AccessKind kind) {
  if (!records_.IsMixed(id)) return false;
  Record& record = records_[id];
  if (kind == AccessKind::kRead && (record.IsList() || record.IsReader())) return false;
  if (!IsSettledMixed(t, id, 0xff)) return false;
  if (!record.IsSplit()) return true;
  Split(record).Freeze();
  return IsSettledMixed(t, id, 0xff);
}

}  // namespace hbsan
