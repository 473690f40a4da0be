// Four adjacent cells, looked at and replaced together. SSE2, so not for what must leave vector
// registers alone (hooks/cold_access.cc).
#ifndef HBSAN_DETECTOR_FOUR_CELLS_H_
#define HBSAN_DETECTOR_FOUR_CELLS_H_

#include <bit>
#include <cstddef>
#include <cstdint>

#include "detector/shadow.h"

namespace hbsan {

using FourIds = std::uint32_t __attribute__((vector_size(4 * sizeof(Cell))));

// The ids that stand for the running thread's accesses in its present epoch.
class OwnIds {
 public:
  // As in HotState.
  OwnIds(std::uint32_t first, std::uint32_t count)
      : first_(FourIds{} + first), count_(FourIds{} + count) {}

 private:
  friend class FourCells;
  FourIds first_;
  FourIds count_;
};

class FourCells {
 public:
  static constexpr std::size_t kCells = 4;
  static constexpr unsigned kAll = 0xf;

  explicit FourCells(const Cell* cells) { __builtin_memcpy(&ids_, cells, sizeof(ids_)); }

  // A bit for each of the cells: its id is one of these.
  unsigned Own(const OwnIds& own) const { return Bits(ids_ - own.first_ < own.count_); }
  // The same: it is 0, `a` or `b`.
  unsigned AreAmong(std::uint32_t a, std::uint32_t b) const {
    return Bits((ids_ == 0) | (ids_ == a) | (ids_ == b));
  }
  template <typename Holds>
  bool All(Holds holds) const {
    const auto [a, b, c, d] = std::bit_cast<Ids>(ids_);
    return holds(a) && holds(b) && holds(c) && holds(d);
  }

  // Whether Exchange works for the cells from `cells` on.
  static bool AreAligned(const Cell* cells) {
    return reinterpret_cast<std::uintptr_t>(cells) % sizeof(FourIds) == 0;
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
  using Lanes = std::int32_t __attribute__((vector_size(16)));
  using Floats = float __attribute__((vector_size(16)));
  static unsigned Bits(Lanes lanes) {
    return static_cast<unsigned>(__builtin_ia32_movmskps(std::bit_cast<Floats>(lanes)));
  }

  FourIds ids_;
};
static_assert(sizeof(FourCells) == FourCells::kCells * sizeof(Cell));

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_FOUR_CELLS_H_
