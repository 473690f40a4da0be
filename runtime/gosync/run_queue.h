// Runnable goroutines of one worker: a ring that its owner fills and empties, and that others steal
// from; as in Go's runtime/proc.go.
//
// tail_ is written by the owner only. Whoever takes from the front, owner or thief, moves head_ by
// compare-and-swap, after reading the entries: if head_ did not move, they were there.
#ifndef GOSYNC_RUN_QUEUE_H_
#define GOSYNC_RUN_QUEUE_H_

#include <atomic>
#include <cstdint>

#include "gosync/goroutine.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

class RunQueue {
 public:
  static constexpr std::uint32_t kCapacity = 256;

  bool Empty() const {
    return head_.load(std::memory_order_acquire) == tail_.load(std::memory_order_acquire);
  }

  // By the owner. False if it is full.
  bool Push(Goroutine& g) {
    const std::uint32_t head = head_.load(std::memory_order_acquire);  // pairs with takers
    const std::uint32_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - head >= kCapacity) return false;
    ring_[tail % kCapacity].store(&g, std::memory_order_relaxed);
    tail_.store(tail + 1, std::memory_order_release);  // pairs with Grab
    return true;
  }

  // By the owner. Null if it is empty.
  Goroutine* Pop() {
    std::uint32_t head = head_.load(std::memory_order_acquire);
    for (;;) {
      if (head == tail_.load(std::memory_order_relaxed)) return nullptr;
      Goroutine* g = ring_[head % kCapacity].load(std::memory_order_relaxed);
      if (head_.compare_exchange_weak(head, head + 1, std::memory_order_acq_rel)) return g;
    }
  }

  // By anybody: moves half of it to `to`, at least one and at most `limit`. Returns how many.
  std::uint32_t Grab(Goroutine** to, std::uint32_t limit) {
    std::uint32_t head = head_.load(std::memory_order_acquire);
    for (;;) {
      const std::uint32_t tail = tail_.load(std::memory_order_acquire);  // pairs with Push
      std::uint32_t count = tail - head;
      count -= count / 2;
      if (count == 0) return 0;
      if (count > kCapacity / 2) {  // head and tail are not of one moment
        head = head_.load(std::memory_order_acquire);
        continue;
      }
      if (count > limit) count = limit;
      for (std::uint32_t i = 0; i < count; ++i) {
        to[i] = ring_[(head + i) % kCapacity].load(std::memory_order_relaxed);
      }
      if (head_.compare_exchange_strong(head, head + count, std::memory_order_acq_rel)) {
        return count;
      }
    }
  }

 private:
  std::atomic<std::uint32_t> head_{0};
  std::atomic<std::uint32_t> tail_{0};
  std::atomic<Goroutine*> ring_[kCapacity] = {};
};

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_RUN_QUEUE_H_
