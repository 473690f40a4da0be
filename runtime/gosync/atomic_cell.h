// std::atomic's operations for the library's own state, in functions that the detector does not
// see: std::atomic's own, instrumented with the program, would be synchronisation of the program.
#ifndef GOSYNC_ATOMIC_CELL_H_
#define GOSYNC_ATOMIC_CELL_H_

#include <atomic>

#include "gosync/config.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

template <typename T>
class AtomicCell {
 public:
  using Order = std::memory_order;
  static constexpr Order kStrict = Order::seq_cst;

  constexpr AtomicCell() = default;
  GOSYNC_UNCHECKED constexpr explicit AtomicCell(T value) : value_(value) {}
  AtomicCell(const AtomicCell&) = delete;
  AtomicCell& operator=(const AtomicCell&) = delete;

  GOSYNC_UNCHECKED T load(Order order = kStrict) const {
    T value;
    __atomic_load(&value_, &value, static_cast<int>(order));
    return value;
  }
  GOSYNC_UNCHECKED void store(T value, Order order = kStrict) {
    __atomic_store(&value_, &value, static_cast<int>(order));
  }
  GOSYNC_UNCHECKED T exchange(T value, Order order = kStrict) {
    T old;
    __atomic_exchange(&value_, &value, &old, static_cast<int>(order));
    return old;
  }
  GOSYNC_UNCHECKED bool compare_exchange_strong(T& expected, T value, Order order = kStrict,
                                                Order failure = Order::relaxed) {
    return __atomic_compare_exchange(&value_, &expected, &value, false, static_cast<int>(order),
                                     static_cast<int>(failure));
  }
  GOSYNC_UNCHECKED bool compare_exchange_weak(T& expected, T value, Order order = kStrict,
                                              Order failure = Order::relaxed) {
    return __atomic_compare_exchange(&value_, &expected, &value, true, static_cast<int>(order),
                                     static_cast<int>(failure));
  }
  GOSYNC_UNCHECKED T fetch_add(T delta, Order order = kStrict) {
    return __atomic_fetch_add(&value_, delta, static_cast<int>(order));
  }
  GOSYNC_UNCHECKED T fetch_and(T mask, Order order = kStrict) {
    return __atomic_fetch_and(&value_, mask, static_cast<int>(order));
  }
  GOSYNC_UNCHECKED T fetch_or(T mask, Order order = kStrict) {
    return __atomic_fetch_or(&value_, mask, static_cast<int>(order));
  }
  GOSYNC_UNCHECKED T fetch_sub(T delta, Order order = kStrict) {
    return __atomic_fetch_sub(&value_, delta, static_cast<int>(order));
  }

 private:
  T value_{};
};

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_ATOMIC_CELL_H_
