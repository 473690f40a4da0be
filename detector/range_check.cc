// Accesses of many cells (memcpy, free, ...): AccessChecker's rules for whole cells, a page at a
// time. What holds for one id that the shadow names holds for each cell that names it, so
// neighbours with the same history cost little.
#include <algorithm>

#include "detector/checker.h"

namespace hbsan {

bool AccessChecker::CheckCells(Addr first, Addr last, Race& race) {
  bool raced = false;
  while (first < last) {
    const Addr end = std::min(last, (first & ~(kPageBytes - 1)) + kPageBytes);
    raced |= site_.kind == AccessKind::kWrite ? WriteCells(first, end, race)
                                              : ReadCells(first, end, race);
    first = end;
  }
  return raced;
}

// A plain write of a whole cell subsumes whatever the cell holds, so the exchange needs no look at
// it before. All cells are exchanged before the first look at the read planes.
bool AccessChecker::WriteCells(Addr first, Addr last, Race& race) {
  const Shadow& shadow = detector_.shadow_;
  Cell* const cells = shadow.WriteCell(first);
  const std::size_t count = (last - first) / kCellBytes;
  shadow.Touch(first, kWritePlaneBit);
  const bool is_free = site_.flavor == AccessFlavor::kFree;
  std::uint32_t id = 0;
  std::uint32_t harmless = 0;  // does not race, as was seen
  bool raced = false;
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t old = cells[i].load(std::memory_order_acquire);
    if (!is_free && old != 0 && old != harmless && (IsOwnWhole(old) || SubsumedBy(old, 0xff))) {
      continue;
    }
    if (id == 0) id = IdFor(0xff);
    old = cells[i].exchange(id, std::memory_order_seq_cst);
    if (old == 0 || old == harmless) continue;
    if (FindRace(old, 0xff, first + i * kCellBytes, 0xff, AccessKind::kWrite, race)) {
      raced = true;
    } else if (!IsSplit(old)) {
      harmless = old;
    }
  }
  unsigned planes = shadow.PagePlanes(first).load(std::memory_order_seq_cst) & kReadPlaneBits;
  for (; planes != 0; planes &= planes - 1) {
    raced |= RacesInPlane(shadow.ReadCell(std::countr_zero(planes), first), first, last,
                          AccessKind::kRead, race);
  }
  return raced;
}

bool AccessChecker::ReadCells(Addr first, Addr last, Race& race) {
  const Shadow& shadow = detector_.shadow_;
  Cell* const cells = shadow.ReadCell(t_.plane, first);
  const Cell* const writes = shadow.WriteCell(first);
  const std::size_t count = (last - first) / kCellBytes;
  shadow.Touch(first, ReadPlaneBit(t_.plane));
  std::uint32_t id = 0;
  std::uint32_t replaceable = 0;  // by this access, as was seen
  std::uint32_t foreign = 0;      // does not subsume this access, as was seen
  bool raced = false;
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t old = cells[i].load(std::memory_order_acquire);
    if (IsOwnWhole(old)) continue;
    const std::uint32_t written = writes[i].load(std::memory_order_acquire);
    if (IsOwnWhole(written)) continue;
    if (old != 0 && old != replaceable && SubsumedBy(old, 0xff)) continue;
    if (written != 0 && written != foreign) {
      if (SubsumedBy(written, 0xff)) continue;
      if (!IsSplit(written)) foreign = written;
    }
    if (id == 0) id = IdFor(0xff);
    if (old != replaceable && IsSubsumedSingle(old)) replaceable = old;
    if ((old != 0 && old != replaceable) ||
        !cells[i].compare_exchange_strong(old, id, std::memory_order_seq_cst)) {
      raced |= Read(first + i * kCellBytes, 0xff, race);
    }
  }
  return RacesInPlane(writes, first, last, AccessKind::kWrite, race) || raced;
}

bool AccessChecker::IsSubsumedSingle(std::uint32_t id) const {
  if (id == 0) return false;
  const Record& record = detector_.records_[id];
  return !record.IsList() && !record.IsSplit() && Subsumes(record, IsOrdered(record.epoch));
}

bool AccessChecker::RacesInPlane(const Cell* cells, Addr first, Addr last, AccessKind kind,
                                 Race& race) {
  std::uint32_t harmless = 0;
  bool raced = false;
  for (Addr cell = first; cell < last; cell += kCellBytes, ++cells) {
    const std::uint32_t id = cells->load(std::memory_order_seq_cst);
    if (id == harmless) continue;
    if (FindRace(id, 0xff, cell, 0xff, kind, race)) {
      raced = true;
    } else if (!IsSplit(id)) {
      harmless = id;
    }
  }
  return raced;
}

}  // namespace hbsan
