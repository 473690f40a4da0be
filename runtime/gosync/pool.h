// Pool, as Go's sync.Pool: objects kept for the next one who needs one.
//
// Put(x) is ordered before the Get that returns x; nothing else is ordered, not even a Put and a
// Get of another object. Objects stay until they are taken or the pool is destroyed: nothing
// empties it in between, and unlike Go's it drops none at random under detection, so that a use of
// x after Put(x) is found in every run in which somebody gets x.
#ifndef GOSYNC_POOL_H_
#define GOSYNC_POOL_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "gosync/atomic_cell.h"
#include "gosync/clock.h"
#include "gosync/config.h"
#include "gosync/goroutine.h"
#include "gosync/spin_lock.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {

// T is moved in and out; a pointer of some kind, as a rule.
template <typename T>
class Pool {
 public:
  // `make` makes one when there is none; without it Get returns T() then.
  explicit Pool(std::function<T()> make = nullptr) : make_(std::move(make)) {}
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  GOSYNC_UNCHECKED ~Pool() {
    const detail::Hidden hidden;
    for (Shard& shard : shards_) {
      while (Node* const node = shard.Pop()) delete node;
    }
  }

  GOSYNC_UNCHECKED T Get() {
    Node* const node = Find();
    if (node == nullptr) return make_ ? make_() : T();
    node->clock.Acquire();
    const detail::Hidden hidden;
    const std::unique_ptr<Node> owner(node);
    return std::move(node->value);
  }
  GOSYNC_UNCHECKED __attribute__((noinline)) void Put(T value) {
    Node* node;
    {
      const detail::Hidden hidden;
      node = new Node{std::move(value)};
    }
    node->clock.ReleaseStore(this, GOSYNC_PC());
    shards_[detail::WorkerPlace() % kShards].Push(*node);
  }

 private:
  static constexpr std::size_t kShards = 8;

  struct Node {
    T value;
    detail::Clock clock{};  // of its Put
    Node* next = nullptr;
  };

  // Last in, first out: what was used last is still in a cache.
  class alignas(64) Shard {
   public:
    GOSYNC_UNCHECKED void Push(Node& node) {
      const detail::SpinLockHolder hold(lock_);
      node.next = first_.load(std::memory_order_relaxed);
      first_.store(&node, std::memory_order_relaxed);
    }
    GOSYNC_UNCHECKED Node* Pop() {
      if (first_.load(std::memory_order_relaxed) == nullptr) return nullptr;
      const detail::SpinLockHolder hold(lock_);
      Node* const node = first_.load(std::memory_order_relaxed);
      if (node != nullptr) first_.store(node->next, std::memory_order_relaxed);
      return node;
    }

   private:
    detail::SpinLock lock_;
    detail::AtomicCell<Node*> first_{nullptr};
  };

  // The worker's own first, then whatever there is.
  GOSYNC_UNCHECKED Node* Find() {
    const std::size_t start = detail::WorkerPlace();
    for (std::size_t i = 0; i < kShards; ++i) {
      if (Node* const node = shards_[(start + i) % kShards].Pop()) return node;
    }
    return nullptr;
  }

  std::function<T()> make_;
  Shard shards_[kShards];
};

}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_POOL_H_
