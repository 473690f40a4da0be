// Value, as Go's atomic.Value: a value of any type, stored and loaded as a whole.
//
// A Store (Swap, CompareAndSwap that succeeds) is ordered before each Load, Swap and CompareAndSwap
// that observes it. Loads order nothing, and a Store is not ordered after the one before it.
#ifndef GOSYNC_VALUE_H_
#define GOSYNC_VALUE_H_

#include <memory>
#include <utility>

#include "gosync/clock.h"
#include "gosync/config.h"
#include "gosync/spin_lock.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

// A snapshot as the program holds it. With detection it has a count of its own: a count shared with
// other holders would order them, and loads of one value are not ordered.
template <typename T>
GOSYNC_UNCHECKED std::shared_ptr<const T> Lend(std::shared_ptr<const T> shared) {
#if GOSYNC_RACE
  struct GiveBack {
    std::shared_ptr<const T> held;
    GOSYNC_UNCHECKED void operator()(const T*) {
      const Hidden hidden;
      held.reset();
    }
  };
  const Hidden hidden;
  const T* const value = shared.get();
  if (value == nullptr) return nullptr;
  return std::shared_ptr<const T>(value, GiveBack{std::move(shared)});
#else
  return shared;
#endif
}

}  // namespace detail

// T is copied and moved by the caller; a value nobody holds any more is destroyed unseen by the
// detector.
template <typename T>
class Value {
 public:
  Value() = default;
  explicit Value(T value) : value_(std::make_shared<const T>(std::move(value))) {}
  Value(const Value&) = delete;
  Value& operator=(const Value&) = delete;
  GOSYNC_UNCHECKED ~Value() {
    const detail::Hidden hidden;
    value_.reset();
  }

  // What was stored last; null before the first Store.
  GOSYNC_UNCHECKED std::shared_ptr<const T> Load() const {
    std::shared_ptr<const T> loaded;
    {
      const detail::SpinLockHolder hold(lock_);
      clock_.Acquire();
      const detail::Hidden hidden;
      loaded = value_;
    }
    return detail::Lend(std::move(loaded));
  }
  GOSYNC_UNCHECKED __attribute__((noinline)) void Store(T value) {
    auto next = std::make_shared<const T>(std::move(value));
    lock_.Lock();
    clock_.ReleaseStore(this, GOSYNC_PC());
    const detail::Hidden hidden;
    value_.swap(next);
    lock_.Unlock();
    next.reset();
  }
  // What was stored before.
  GOSYNC_UNCHECKED __attribute__((noinline)) std::shared_ptr<const T> Swap(T value) {
    auto next = std::make_shared<const T>(std::move(value));
    {
      const detail::SpinLockHolder hold(lock_);
      Publish(next, GOSYNC_PC());
    }
    return detail::Lend(std::move(next));
  }
  // Stores `value` if `old`, which a Load returned, is what was stored last.
  GOSYNC_UNCHECKED __attribute__((noinline)) bool CompareAndSwap(
      const std::shared_ptr<const T>& old, T value) {
    const T* const expected = old.get();
    auto next = std::make_shared<const T>(std::move(value));
    bool stored;
    {
      const detail::SpinLockHolder hold(lock_);
      stored = Stored() == expected;
      if (stored) {
        Publish(next, GOSYNC_PC());
      } else {
        clock_.Acquire();
      }
    }
    const detail::Hidden hidden;
    next.reset();
    return stored;
  }

 private:
  GOSYNC_UNCHECKED const T* Stored() const {
    const detail::Hidden hidden;
    return value_.get();
  }
  // With the lock held: observes what is stored, and exchanges it for `next`.
  GOSYNC_UNCHECKED void Publish(std::shared_ptr<const T>& next, std::uintptr_t pc) {
    clock_.Acquire();
    clock_.ReleaseStore(this, pc);
    const detail::Hidden hidden;
    value_.swap(next);
  }

  mutable detail::SpinLock lock_;
  detail::Clock clock_;  // of the last store
  std::shared_ptr<const T> value_;
};

}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_VALUE_H_
