// Atomic variables, as Go's sync/atomic types: sequentially consistent. An operation is ordered
// before each later one on the same variable that observes its effect. They are initially zero.
#ifndef GOSYNC_ATOMIC_H_
#define GOSYNC_ATOMIC_H_

#include <atomic>
#include <cstdint>

#include "gosync/config.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

template <typename T>
class AtomicWord {
 public:
  constexpr AtomicWord() = default;
  constexpr explicit AtomicWord(T value) : word_(value) {}
  AtomicWord(const AtomicWord&) = delete;
  AtomicWord& operator=(const AtomicWord&) = delete;

  GOSYNC_INLINE T Load() const { return word_.load(); }
  GOSYNC_INLINE void Store(T value) { word_.store(value); }
  // The old value.
  GOSYNC_INLINE T Swap(T value) { return word_.exchange(value); }
  GOSYNC_INLINE bool CompareAndSwap(T old, T value) {
    return word_.compare_exchange_strong(old, value);
  }

 protected:
  std::atomic<T> word_{};
};

template <typename T>
class AtomicNumber : public AtomicWord<T> {
 public:
  using AtomicWord<T>::AtomicWord;
  // The new value.
  GOSYNC_INLINE T Add(T delta) { return static_cast<T>(this->word_.fetch_add(delta) + delta); }
  // The old values.
  GOSYNC_INLINE T And(T mask) { return this->word_.fetch_and(mask); }
  GOSYNC_INLINE T Or(T mask) { return this->word_.fetch_or(mask); }
};

}  // namespace detail

using Bool = detail::AtomicWord<bool>;
using Int32 = detail::AtomicNumber<std::int32_t>;
using Int64 = detail::AtomicNumber<std::int64_t>;
using Uint32 = detail::AtomicNumber<std::uint32_t>;
using Uint64 = detail::AtomicNumber<std::uint64_t>;
template <typename T>
using Pointer = detail::AtomicWord<T*>;

}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_ATOMIC_H_
