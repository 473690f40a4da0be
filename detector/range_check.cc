// Accesses of many cells (memcpy, free, ...): AccessChecker's rules for whole cells, a page at a
// time. What holds for one id that the shadow names holds for each cell that names it, so
// neighbours with the same history cost little; four of them are replaced by one locked operation.
#include <algorithm>

#include "detector/checker.h"

namespace hbsan {
namespace {

// Four adjacent cells, 16-byte aligned in their plane.
class Quad {
 public:
  static constexpr std::size_t kCells = 4;
  // The first of the `left` cells from `cells` on form one.
  static bool IsAt(const Cell* cells, std::size_t left) {
    return left >= kCells && reinterpret_cast<std::uintptr_t>(cells) % sizeof(Quad) == 0;
  }
  explicit Quad(const Cell* cells) {
    for (std::size_t i = 0; i < kCells; ++i) ids_[i] = cells[i].load(std::memory_order_acquire);
  }
  template <typename Holds>
  bool All(Holds holds) const {
    return holds(ids_[0]) && holds(ids_[1]) && holds(ids_[2]) && holds(ids_[3]);
  }
  // All four become `id` by one locked operation, if they still are what they were.
  bool Exchange(Cell* cells, std::uint32_t id) const {
    auto [low, high] = std::bit_cast<Halves>(ids_);
    const std::uint64_t twice = std::uint64_t{id} << 32 | id;
    bool done;
    asm volatile("lock cmpxchg16b %1"
                 : "=@ccz"(done), "+m"(*reinterpret_cast<Halves*>(cells)), "+a"(low), "+d"(high)
                 : "b"(twice), "c"(twice)
                 : "memory");
    return done;
  }

 private:
  struct Halves {
    std::uint64_t low, high;
  };
  std::uint32_t ids_[kCells];
};
static_assert(sizeof(Quad) == 16);

}  // namespace

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
    const std::atomic<PlaneMask>& page = shadow.PagePlanes(addr);
    if ((page.load(std::memory_order_relaxed) & plane) == 0 ||
        !IsReplaceable(old, kAll, replaceable)) {
      raced |= CheckCell(addr, kAll, race);
      continue;
    }
    if (id == 0) id = RecordFor(kAll) | kFullyCovered;
    if (!cell.compare_exchange_strong(old, id, std::memory_order_seq_cst)) {
      raced |= CheckCell(addr, kAll, race);
    } else if (kKind == AccessKind::kRead) {
      if (!is_settled(written.load(std::memory_order_seq_cst))) {
        raced |= CheckStored(addr, kAll, race);
      }
    } else {
      unsigned planes = page.load(std::memory_order_seq_cst) & kReadPlaneBits;
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

// A plain write of a whole cell subsumes whatever the cell holds, so the exchange needs no look at
// it before. All cells are exchanged before the first look at the read planes.
template <typename Cells>
bool AccessChecker::WriteCells(Addr first, Addr last, Cells which, Race& race) {
  const ByteMask bytes = which.bytes;
  const std::size_t step = which.step / kCellBytes;
  const Shadow& shadow = detector_.shadow_;
  Cell* const cells = shadow.WriteCell(first);
  const std::size_t count = (last - first) / kCellBytes;
  shadow.Touch(first, kWritePlaneBit);
  const bool is_free = site_.flavor == AccessFlavor::kFree;
  const auto is_own = [&](std::uint32_t held) { return IsOwn(held, bytes); };
  std::uint32_t id = 0;
  std::uint32_t harmless = 0;  // does not race, as was seen
  const auto is_harmless = [&](std::uint32_t held) { return IsReplaceable(held, bytes, harmless); };
  bool raced = false;
  for (std::size_t i = 0; i < count; i += step) {
    if (which.side_by_side && Quad::IsAt(cells + i, count - i)) {
      const Quad quad(cells + i);
      const bool owned = !is_free && quad.All(is_own);
      if (!owned && id == 0) id = IdFor(bytes);
      if (owned || (quad.All(is_harmless) && quad.Exchange(cells + i, id))) {
        i += Quad::kCells - 1;
        continue;
      }
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
  unsigned planes = shadow.PagePlanes(first).load(std::memory_order_seq_cst) & kReadPlaneBits;
  for (; planes != 0; planes &= planes - 1) {
    raced |= RacesInPlane(shadow.ReadCell(std::countr_zero(planes), first), first, last, which,
                          AccessKind::kRead, race);
  }
  return raced;
}

template <typename Cells>
bool AccessChecker::ReadCells(Addr first, Addr last, Cells which, Race& race) {
  const ByteMask bytes = which.bytes;
  const std::size_t step = which.step / kCellBytes;
  const Shadow& shadow = detector_.shadow_;
  Cell* const cells = shadow.ReadCell(t_.plane, first);
  const Cell* const writes = shadow.WriteCell(first);
  const std::size_t count = (last - first) / kCellBytes;
  shadow.Touch(first, ReadPlaneBit(t_.plane));
  std::uint32_t id = 0;
  std::uint32_t replaceable = 0;  // by this access, as was seen
  std::uint32_t foreign = 0;      // does not subsume this access, as was seen
  const auto is_own = [&](std::uint32_t held) { return IsOwn(held, bytes); };
  const auto is_replaceable = [&](std::uint32_t held) {
    return IsReplaceable(held, bytes, replaceable);
  };
  bool raced = false;
  for (std::size_t i = 0; i < count; i += step) {
    if (which.side_by_side && Quad::IsAt(cells + i, count - i)) {
      const Quad quad(cells + i);
      const bool owned = quad.All(is_own) || Quad(writes + i).All(is_own);
      if (!owned && id == 0) id = IdFor(bytes);
      if (owned || (quad.All(is_replaceable) && quad.Exchange(cells + i, id))) {
        i += Quad::kCells - 1;
        continue;
      }
    }
    std::uint32_t old = cells[i].load(std::memory_order_acquire);
    if (is_own(old)) continue;
    const std::uint32_t written = writes[i].load(std::memory_order_acquire);
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
  std::uint32_t harmless[2] = {};  // e.g. what two threads wrote, cell by cell
  bool raced = false;
  for (Addr cell = first; cell < last; cell += step * kCellBytes, cells += step) {
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
