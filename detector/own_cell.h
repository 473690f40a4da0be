// The same-epoch hit of one access: whether accesses that the running thread made in its present
// epoch cover it.
#ifndef HBSAN_DETECTOR_OWN_CELL_H_
#define HBSAN_DETECTOR_OWN_CELL_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "detector/hot_state.h"
#include "detector/records.h"
#include "detector/shadow.h"
#include "detector/types.h"

namespace hbsan {

// Of kSize bytes of one cell, and of one half of it if they are fewer than 8, in one plane.
template <std::size_t kSize>
__attribute__((always_inline)) inline bool IsOwnIn(const HotState& hot, std::uintptr_t plane,
                                                   Addr addr) {
  std::uint32_t id = Shadow::CellIn(plane, addr)->load(std::memory_order_relaxed);
  // A part of one half needs only that half's coverage bit.
  if constexpr (kSize < kCellBytes) id |= hot.other_half[(addr & 4) != 0 ? 1 : 0];
  return id - hot.own_first < hot.own_count;
}

// Of an aligned access of kSize bytes, at most 16; its own writes cover a read, too.
template <AccessKind kKind, std::size_t kSize>
__attribute__((always_inline)) inline bool IsOwn(const HotState& hot, Addr addr) {
  if constexpr (kSize > kCellBytes) {
    return IsOwn<kKind, kCellBytes>(hot, addr) && IsOwn<kKind, kCellBytes>(hot, addr + kCellBytes);
  } else {
    if (hot.own_count == 0) return false;  // perhaps there is no plane yet
    return (kKind == AccessKind::kRead && IsOwnIn<kSize>(hot, hot.read_plane, addr)) ||
           IsOwnIn<kSize>(hot, hot.write_plane, addr);
  }
}

// The same, false if the access is not aligned.
template <AccessKind kKind, std::size_t kSize>
__attribute__((always_inline)) inline bool Hits(const HotState& hot, Addr addr) {
  return addr % std::min(kSize, kCellBytes) == 0 && IsOwn<kKind, kSize>(hot, addr);
}

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_OWN_CELL_H_
