// A reader-writer lock that the detector cannot understand by itself, annotated as Abseil and Folly
// annotate theirs.
//
// Its own operations would order too much (readers with each other) if the annotations did not hide
// them.
#ifndef TESTDATA_SPIN_RWLOCK_H_
#define TESTDATA_SPIN_RWLOCK_H_

#include <sanitizer/tsan_interface.h>
#include <sched.h>

#include <atomic>

class SpinRwLock {
 public:
  SpinRwLock() { __tsan_mutex_create(this, __tsan_mutex_not_static); }
  ~SpinRwLock() { __tsan_mutex_destroy(this, __tsan_mutex_not_static); }

  void Lock() {
    __tsan_mutex_pre_lock(this, 0);
    int idle = 0;
    while (!state_.compare_exchange_weak(idle, kWriter)) {
      idle = 0;
      sched_yield();
    }
    __tsan_mutex_post_lock(this, 0, 0);
  }
  bool TryLock() {
    __tsan_mutex_pre_lock(this, __tsan_mutex_try_lock);
    int idle = 0;
    const bool locked = state_.compare_exchange_strong(idle, kWriter);
    __tsan_mutex_post_lock(
        this, locked ? __tsan_mutex_try_lock : __tsan_mutex_try_lock | __tsan_mutex_try_lock_failed,
        0);
    return locked;
  }
  void Unlock() {
    __tsan_mutex_pre_unlock(this, 0);
    state_.store(0);
    __tsan_mutex_post_unlock(this, 0);
  }
  void ReadLock() {
    __tsan_mutex_pre_lock(this, __tsan_mutex_read_lock);
    int readers = state_.load();
    while (readers < 0 || !state_.compare_exchange_weak(readers, readers + 1)) {
      readers = state_.load();
      sched_yield();
    }
    __tsan_mutex_post_lock(this, __tsan_mutex_read_lock, 0);
  }
  void ReadUnlock() {
    __tsan_mutex_pre_unlock(this, __tsan_mutex_read_lock);
    state_.fetch_sub(1);
    __tsan_mutex_post_unlock(this, __tsan_mutex_read_lock);
  }

 private:
  static constexpr int kWriter = -1;
  std::atomic<int> state_{0};
};

#endif  // TESTDATA_SPIN_RWLOCK_H_
