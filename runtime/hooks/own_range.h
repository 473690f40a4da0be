// The same-epoch hit of a range of memory.
#ifndef HBSAN_RUNTIME_HOOKS_OWN_RANGE_H_
#define HBSAN_RUNTIME_HOOKS_OWN_RANGE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "detector/four_cells.h"
#include "detector/hot_state.h"
#include "detector/records.h"
#include "detector/shadow.h"
#include "detector/types.h"

namespace hbsan {

// How many bytes of [addr, addr + size) come before the first that the running thread may not have
// accessed in its present epoch by such accesses, or written, as the cells of their planes tell.
inline std::size_t OwnPrefix(const HotState& hot, AccessKind kind, Addr addr, std::size_t size) {
  if (hot.own_count == 0) return 0;  // perhaps there is no plane yet
  const bool writes = kind == AccessKind::kWrite;
  const std::uint32_t first = hot.own_first;
  const std::uint32_t count = hot.own_count;
  const Addr end = addr + size;
  const auto is_own_in = [&](std::uintptr_t plane, Addr cell) {
    std::uint32_t id = Shadow::CellIn(plane, cell)->load(std::memory_order_relaxed);
    if (cell + kCellBytes / 2 <= addr) id |= kLowCovered;  // the access touches one half only
    if (cell + kCellBytes / 2 >= end) id |= kHighCovered;
    return id - first < count;
  };
  const auto is_own = [&](Addr cell) {
    return is_own_in(hot.write_plane, cell) || (!writes && is_own_in(hot.read_plane, cell));
  };
  const OwnIds own_ids(first, count);
  const auto own_in = [&](std::uintptr_t plane, Addr cell) {  // a bit for each
    return FourCells(Shadow::CellIn(plane, cell)).Own(own_ids);
  };

  Addr cell = addr & ~(kCellBytes - 1);
  if (cell < addr && cell < end) {
    if (!is_own(cell)) return 0;
    cell += kCellBytes;
  }
  constexpr std::size_t kAtOnce = FourCells::kCells * kCellBytes;
  for (; cell + kAtOnce <= end; cell += kAtOnce) {
    unsigned own = own_in(writes ? hot.write_plane : hot.read_plane, cell);
    if (own != FourCells::kAll && !writes) own |= own_in(hot.write_plane, cell);
    if (own != FourCells::kAll) break;
  }
  while (cell < end && is_own(cell)) cell += kCellBytes;
  return std::min(std::max(cell, addr), end) - addr;
}

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_HOOKS_OWN_RANGE_H_
