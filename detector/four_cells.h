// Four adjacent cells, looked at and replaced together. SSE2, so not for what must leave vector
// registers alone (hooks/cold_access.cc).
#ifndef HBSAN_DETECTOR_FOUR_CELLS_H_
#define HBSAN_DETECTOR_FOUR_CELLS_H_

#include <emmintrin.h>

#include <bit>
#include <cstddef>
#include <cstdint>

#include "detector/shadow.h"

namespace hbsan {

// The ids that stand for the running thread's accesses in its present epoch.
class OwnIds {
 public:
  // As in HotState.
  OwnIds(std::uint32_t first, std::uint32_t count)
      : first_(Fill(first)), count_(_mm_xor_si128(Fill(count), Fill(kSign))) {}

 private:
  friend class FourCells;
  static constexpr std::uint32_t kSign = 1u << 31;
  static __m128i Fill(std::uint32_t value) { return _mm_set1_epi32(static_cast<int>(value)); }

  __m128i first_;
  __m128i count_;  // less 2^31: see Own
};

class FourCells {
 public:
  static constexpr std::size_t kCells = 4;
  static constexpr unsigned kAll = 0xf;

  explicit FourCells(const Cell* cells)
      : ids_(_mm_loadu_si128(reinterpret_cast<const __m128i*>(cells))) {}

  // A bit for each of the cells: its id is one of these.
  unsigned Own(const OwnIds& own) const {
    // Unsigned comparison by way of the signed one: both sides lose 2^31.
    const __m128i from_first = _mm_sub_epi32(ids_, own.first_);
    return Bits(
        _mm_cmpgt_epi32(own.count_, _mm_xor_si128(from_first, OwnIds::Fill(OwnIds::kSign))));
  }
  // The same: it is 0, `a` or `b`.
  unsigned AreAmong(std::uint32_t a, std::uint32_t b) const {
    const __m128i is_a = _mm_cmpeq_epi32(ids_, OwnIds::Fill(a));
    const __m128i is_b = _mm_cmpeq_epi32(ids_, OwnIds::Fill(b));
    return Bits(_mm_or_si128(_mm_or_si128(is_a, is_b), _mm_cmpeq_epi32(ids_, _mm_setzero_si128())));
  }
  template <typename Holds>
  bool All(Holds holds) const {
    const auto [a, b, c, d] = std::bit_cast<Ids>(ids_);
    return holds(a) && holds(b) && holds(c) && holds(d);
  }

  // Whether Exchange works for the cells from `cells` on.
  static bool AreAligned(const Cell* cells) {
    return reinterpret_cast<std::uintptr_t>(cells) % sizeof(__m128i) == 0;
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
  struct Ids {
    std::uint32_t a, b, c, d;
  };
  struct Halves {
    std::uint64_t low, high;
  };
  static unsigned Bits(__m128i lanes) {
    return static_cast<unsigned>(_mm_movemask_ps(_mm_castsi128_ps(lanes)));
  }

  __m128i ids_;
};
static_assert(sizeof(FourCells) == FourCells::kCells * sizeof(Cell));

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_FOUR_CELLS_H_
