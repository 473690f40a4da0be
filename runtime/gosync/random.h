// The scheduler's choices: whom to steal from, which ready case of a select runs. All come from
// here, from one seed (GOSYNC_SEED), so that a run's choices can be made again.
#ifndef GOSYNC_RANDOM_H_
#define GOSYNC_RANDOM_H_

#include <cstdint>

#include "gosync/config.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

// Vigna's xorshift64*.
class Random {
 public:
  constexpr explicit Random(std::uint64_t seed) : state_(seed | 1) {}
  std::uint32_t Next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return static_cast<std::uint32_t>((state_ * 0x2545f4914f6cdd1du) >> 32);
  }
  // In [0, n).
  std::uint32_t Below(std::uint32_t n) {
    return static_cast<std::uint32_t>((std::uint64_t{Next()} * n) >> 32);
  }

 private:
  std::uint64_t state_;
};

// A number below n, of the thread that runs.
std::uint32_t Choose(std::uint32_t n);

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_RANDOM_H_
