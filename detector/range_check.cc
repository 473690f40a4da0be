// Accesses of many cells (memcpy, free, ...): AccessChecker's rules for whole cells, a page at a
// time. What holds for one id that the shadow names holds for each cell that names it, so
// neighbours with the same history cost little; four of them are looked at, and replaced, at once.
#include <algorithm>

#include "detector/checker.h"
#include "detector/four_cells.h"

namespace hbsan {

bool AccessChecker::CheckStrided(Race& race) {
  const auto [size, stride] = site_.elements;
  const Addr end = addr_ + size_;
  const bool whole_or_half = size == kCellBytes || size == kCellBytes / 2;
  if (whole_or_half && addr_ % size == 0 && stride % kCellBytes == 0) {
    const Addr first = addr_ & ~(kCellBytes - 1);
    const Addr last = (end + kCellBytes - 1) & ~(kCellBytes - 1);
    return CheckPages(first, last, Steps{stride, BytesIn(first, addr_, addr_ + size)}, race);
  }
  bool raced = false;
  for (Addr element = addr_; element < end; element += stride) {
    for (Addr cell = element & ~(kCellBytes - 1); cell < element + size; cell += kCellBytes) {
      raced |= CheckCell(cell, BytesIn(cell, element, element + size), race);
    }
  }
  return raced;
}

bool AccessChecker::CheckCells(Addr first, Addr last, Race& race) {
  return CheckPages(first, last, EachCell(), race);
}

bool AccessChecker::CheckFewCells(Addr first, Addr last, Race& race) {
  return site_.kind == AccessKind::kWrite ? CheckOneByOne<AccessKind::kWrite>(first, last, race)
                                          : CheckOneByOne<AccessKind::kRead>(first, last, race);
}

template <AccessKind kKind>
bool AccessChecker::CheckOneByOne(Addr first, Addr last, Race& race) {
  constexpr ByteMask kAll = 0xff;
  const Shadow& shadow = detector_.shadow_;
  const PlaneMask plane = kKind == AccessKind::kWrite ? kWritePlaneBit : ReadPlaneBit(t_.plane);
  std::uint32_t id = 0;
  std::uint32_t replaceable = 0;  // by this access, as was seen
  std::uint32_t settled = 0;      // cannot race, as was seen
  const auto is_settled = [&](std::uint32_t held) {
    if (held == 0 || held == settled) return true;
    if (!detector_.IsOrderedSingle(t_, held)) return detector_.IsSettledMixed(t_, held, kAll);
    settled = held;
    return true;
  };
  bool raced = false;
  for (Addr addr = first; addr != last; addr += kCellBytes) {
    Cell& written = *shadow.WriteCell(addr);
    Cell& cell = kKind == AccessKind::kWrite ? written : *shadow.ReadCell(t_.plane, addr);
    std::uint32_t old = cell.load(std::memory_order_acquire);
    if (IsOwn(old, kAll)) continue;
    if (kKind == AccessKind::kRead && IsOwn(written.load(std::memory_order_acquire), kAll)) {
      continue;
    }
    std::atomic<PlaneMask>& page = shadow.PagePlanes(addr);
    if ((page.load(std::memory_order_relaxed) & plane) == 0 ||
        !IsReplaceable(old, kAll, replaceable)) {
      raced |= CheckCell(addr, kAll, race);
      continue;
    }
    if (id == 0) id = RecordFor(kAll) | kFullyCovered;
    if (!cell.compare_exchange_strong(old, id, std::memory_order_seq_cst)) {
      raced |= CheckCell(addr, kAll, race);
      continue;
    }
    unsigned planes = Shadow::NoteChange(page) & kReadPlaneBits;
    if (kKind == AccessKind::kRead) {
      if (!is_settled(written.load(std::memory_order_seq_cst))) {
        raced |= CheckStored(addr, kAll, race);
      }
    } else {
      for (; planes != 0; planes &= planes - 1) {
        const Cell* reads = shadow.ReadCell(std::countr_zero(planes), addr);
        if (is_settled(reads->load(std::memory_order_seq_cst))) continue;
        raced |= CheckStored(addr, kAll, race);
        break;
      }
    }
  }
  return raced;
}

template <typename Cells>
bool AccessChecker::CheckPages(Addr first, Addr last, Cells cells, Race& race) {
  bool raced = false;
  while (first < last) {
    const Addr end = std::min(last, (first & ~(kPageBytes - 1)) + kPageBytes);
    raced |= site_.kind == AccessKind::kWrite ? WriteCells(first, end, cells, race)
                                              : ReadCells(first, end, cells, race);
    first += (end - first + cells.step - 1) / cells.step * cells.step;
  }
  return raced;
}

// Four whole cells at a time, from the 16-byte aligned one of index `i` on: passes over those that
// are own, or whose like in `writes` is, if that is not null, and replaces by `id`, which it makes,
// those that are replaceable. Returns the index where it is not that simple, or fewer are left.
std::size_t AccessChecker::ReplaceAlike(Cell* cells, const Cell* writes, std::size_t i,
                                        std::size_t count, OwnIds own, std::uint32_t& replaceable,
                                        std::uint32_t& id) {
  std::uint32_t known = replaceable;
  for (; count - i >= FourCells::kCells; i += FourCells::kCells) {
    const FourCells four(cells + i);
    unsigned passed = four.Own(own);
    if (writes != nullptr) passed |= FourCells(writes + i).Own(own);
    if (passed == FourCells::kAll) continue;
    if (id == 0) id = IdFor(0xff);
    if (four.AreAmong(known, known) != FourCells::kAll) {
      std::uint32_t learned = known;  // not `known` itself, which stays in a register so
      if (!four.All([&](std::uint32_t held) { return IsReplaceable(held, 0xff, learned); })) break;
      known = learned;
    }
    if (!four.Exchange(cells + i, id)) break;
  }
  replaceable = known;
  return i;
}

// A plain write of a whole cell subsumes whatever the cell holds, so the exchange needs no look at
// it before. All cells are exchanged before the first look at the read planes.
template <typename Cells>
bool AccessChecker::WriteCells(Addr first, Addr last, Cells which, Race& race) {
  const ByteMask bytes = which.bytes;
  const std::size_t step = which.step / kCellBytes;
  const Shadow& shadow = detector_.shadow_;
  Cell* const cells = shadow.WriteCell(first);
  const std::size_t count = (last - first) / kCellBytes;
  if (shadow.Touch(first, kWritePlaneBit)) Shadow::Back(cells, count);
  const bool is_free = site_.flavor == AccessFlavor::kFree;
  const auto is_own = [&](std::uint32_t held) { return IsOwn(held, bytes); };
  const OwnIds own_ids(t_.hot->own_first, is_free ? 0 : t_.hot->own_count);
  std::uint32_t id = 0;
  std::uint32_t harmless = 0;  // does not race, as was seen
  const auto is_harmless = [&](std::uint32_t held) { return IsReplaceable(held, bytes, harmless); };
  bool raced = false;
  for (std::size_t i = 0; i < count; i += step) {
    if (which.side_by_side && FourCells::AreAligned(cells + i)) {
      i = ReplaceAlike(cells, nullptr, i, count, own_ids, harmless, id);
      if (i == count) break;
    }
    std::uint32_t old = cells[i].load(std::memory_order_acquire);
    if (!is_free && old != 0 && old != harmless && (is_own(old) || SubsumedBy(old, bytes))) {
      continue;
    }
    if (id == 0) id = IdFor(bytes);
    if (bytes != 0xff) {
      if (!is_harmless(old) ||
          !cells[i].compare_exchange_strong(old, id, std::memory_order_seq_cst)) {
        raced |= Write(first + i * kCellBytes, bytes, race);
      }
      continue;
    }
    old = cells[i].exchange(id, std::memory_order_seq_cst);
    if (old == 0 || old == harmless) continue;
    if (FindRace(old, 0xff, first + i * kCellBytes, 0xff, AccessKind::kWrite, race)) {
      raced = true;
    } else if (!IsSplit(old)) {
      harmless = old;
    }
  }
  unsigned planes = Shadow::NoteChange(shadow.PagePlanes(first)) & kReadPlaneBits;
  for (; planes != 0; planes &= planes - 1) {
    raced |= RacesInPlane(shadow.ReadCell(std::countr_zero(planes), first), first, last, which,
                          AccessKind::kRead, race);
  }
  return raced;
}

// Where the first of `count` cells is that is not own, or one after the last.
template <typename Cells>
std::size_t AccessChecker::CountOwn(const Cell* cells, std::size_t count, Cells which) const {
  const OwnIds own_ids(t_.hot->own_first, t_.hot->own_count);
  std::size_t i = 0;
  while (which.side_by_side && count - i >= FourCells::kCells &&
         FourCells(cells + i).Own(own_ids) == FourCells::kAll) {
    i += FourCells::kCells;
  }
  const std::size_t step = which.step / kCellBytes;
  while (i < count && IsOwn(cells[i].load(std::memory_order_acquire), which.bytes)) i += step;
  return i;
}

template <typename Cells>
bool AccessChecker::ReadCells(Addr first, Addr last, Cells which, Race& race) {
  const ByteMask bytes = which.bytes;
  const std::size_t step = which.step / kCellBytes;
  const Shadow& shadow = detector_.shadow_;
  Cell* const cells = shadow.ReadCell(t_.plane, first);
  const Cell* const writes = shadow.WriteCell(first);
  const std::size_t count = (last - first) / kCellBytes;
  const auto page_has = [&](PlaneMask plane) {
    return (shadow.PagePlanes(first).load(std::memory_order_seq_cst) & plane) != 0;
  };
  const bool was_written = page_has(kWritePlaneBit);
  std::size_t begin = 0;
  if (const PlaneMask plane = ReadPlaneBit(t_.plane); !page_has(plane)) {
    if (was_written) begin = CountOwn(writes, count, which);
    if (begin >= count) return false;  // and the plane needs no memory for the page
    shadow.Touch(first, plane);
    Shadow::Back(cells + begin, count - begin);
  }
  std::uint32_t id = 0;
  std::uint32_t replaceable = 0;  // by this access, as was seen
  std::uint32_t foreign = 0;      // does not subsume this access, as was seen
  const auto is_own = [&](std::uint32_t held) { return IsOwn(held, bytes); };
  const OwnIds own_ids(t_.hot->own_first, t_.hot->own_count);
  const auto is_replaceable = [&](std::uint32_t held) {
    return IsReplaceable(held, bytes, replaceable);
  };
  bool raced = false;
  for (std::size_t i = begin; i < count; i += step) {
    if (which.side_by_side && FourCells::AreAligned(cells + i)) {
      i = ReplaceAlike(cells, was_written ? writes : nullptr, i, count, own_ids, replaceable, id);
      if (i == count) break;
    }
    std::uint32_t old = cells[i].load(std::memory_order_acquire);
    if (is_own(old)) continue;
    const std::uint32_t written = was_written ? writes[i].load(std::memory_order_acquire) : 0;
    if (is_own(written)) continue;
    if (old != 0 && old != replaceable && SubsumedBy(old, bytes)) continue;
    if (written != 0 && written != foreign) {
      if (SubsumedBy(written, bytes)) continue;
      if (!IsSplit(written)) foreign = written;
    }
    if (id == 0) id = IdFor(bytes);
    if (!is_replaceable(old) ||
        !cells[i].compare_exchange_strong(old, id, std::memory_order_seq_cst)) {
      raced |= Read(first + i * kCellBytes, bytes, race);
    }
  }
  if ((Shadow::NoteChange(shadow.PagePlanes(first)) & kWritePlaneBit) == 0) return raced;
  return RacesInPlane(writes, first, last, which, AccessKind::kWrite, race) || raced;
}

bool AccessChecker::IsReplaceable(std::uint32_t held, ByteMask bytes, std::uint32_t& known) const {
  if (held == 0 || held == known) return true;
  if (bytes != 0xff && (held & kFullyCovered) != CoverageOf(bytes)) return false;
  if (!detector_.IsOrderedSingle(t_, held)) return false;
  known = held;
  return true;
}

template <typename Cells>
bool AccessChecker::RacesInPlane(const Cell* cells, Addr first, Addr last, Cells which,
                                 AccessKind kind, Race& race) {
  const std::size_t step = which.step / kCellBytes;
  const unsigned between = step == 1 ? 0 : 0b1010;  // of four cells, if `step` is at most 2
  constexpr std::size_t kAtOnce = FourCells::kCells * kCellBytes;
  std::uint32_t harmless[2] = {};  // e.g. what two threads wrote, cell by cell
  bool raced = false;
  std::atomic_signal_fence(std::memory_order_seq_cst);  // no cell is read before the last store
  for (Addr cell = first; cell < last; cell += step * kCellBytes, cells += step) {
    if (step <= 2) {
      while (last - cell >= kAtOnce &&
             (FourCells(cells).AreAmong(harmless[0], harmless[1]) | between) == FourCells::kAll) {
        cell += kAtOnce;
        cells += FourCells::kCells;
      }
      if (cell == last) break;
    }
    const std::uint32_t id = cells->load(std::memory_order_seq_cst);
    if (id == harmless[0] || id == harmless[1] || id == 0) continue;
    if (FindRace(id, 0xff, cell, which.bytes, kind, race)) {
      raced = true;
    } else if (!IsSplit(id)) {
      harmless[1] = harmless[0];
      harmless[0] = id;
    }
  }
  return raced;
}

}  // namespace hbsan
