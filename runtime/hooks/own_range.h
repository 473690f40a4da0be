// The same-epoch hit of a range of memory.
#ifndef HBSAN_RUNTIME_HOOKS_OWN_RANGE_H_
#define HBSAN_RUNTIME_HOOKS_OWN_RANGE_H_

#include <emmintrin.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

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
  // Unsigned comparison by way of the signed one: both sides lose 2^31.
  const __m128i firsts = _mm_set1_epi32(static_cast<int>(first));
  const __m128i signs = _mm_set1_epi32(static_cast<int>(1u << 31));
  const __m128i counts = _mm_xor_si128(_mm_set1_epi32(static_cast<int>(count)), signs);
  constexpr std::size_t kCellsAtOnce = sizeof(__m128i) / sizeof(Cell);
  const auto own_in = [&](std::uintptr_t plane, Addr cell) {  // a bit for each of their bytes
    const auto* cells = reinterpret_cast<const __m128i*>(Shadow::CellIn(plane, cell));
    const __m128i distances = _mm_sub_epi32(_mm_loadu_si128(cells), firsts);
    return _mm_movemask_epi8(_mm_cmpgt_epi32(counts, _mm_xor_si128(distances, signs)));
  };

  Addr cell = addr & ~(kCellBytes - 1);
  if (cell < addr && cell < end) {
    if (!is_own(cell)) return 0;
    cell += kCellBytes;
  }
  for (; cell + kCellsAtOnce * kCellBytes <= end; cell += kCellsAtOnce * kCellBytes) {
    int own = own_in(writes ? hot.write_plane : hot.read_plane, cell);
    if (own != 0xffff && !writes) own |= own_in(hot.write_plane, cell);
    if (own != 0xffff) break;
  }
  while (cell < end && is_own(cell)) cell += kCellBytes;
  return std::min(std::max(cell, addr), end) - addr;
}

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_HOOKS_OWN_RANGE_H_
