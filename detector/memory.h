// Memory for the engine: address ranges that the host reserves, and arenas of equal-sized objects
// in them.
//
// The engine calls no allocator of the program it watches. All its memory is reserved once, without
// backing, and touched on demand; objects are recycled through per-thread and global free lists.
#ifndef HBSAN_DETECTOR_MEMORY_H_
#define HBSAN_DETECTOR_MEMORY_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace hbsan {

// What the engine asks of whoever embeds it.
struct Host {
  // Reserves `bytes` of zero memory, page aligned, backed when touched. Never returns null: a host
  // that cannot reserve ends the program with one clear line.
  void* (*reserve)(std::size_t bytes);
  // Returns the pages wholly inside [p, p + bytes) to the system; they read as zero afterwards.
  void (*discard)(void* p, std::size_t bytes);
  // Returns when each thread has passed through a state in which it holds no record id
  // (Detector::Reclaim).
  void (*wait_quiescent)(void* context);
  // The last record of a finished thread is gone: the engine will not name its description again.
  void (*forget_thread)(struct ThreadDescription* description);
  // A limit of the engine is exhausted; does not return.
  void (*fatal)(const char* what);
};

// What threads that run side by side change, each for itself, is kept so far apart.
inline constexpr std::size_t kCacheLine = 64;

// A lock for a few instructions. The engine runs under interposed pthread functions, so it cannot
// use those.
class SpinLock {
 public:
  void lock() {
    if (!try_lock()) [[unlikely]]
      Wait();
  }
  bool try_lock() { return !locked_.exchange(true, std::memory_order_acquire); }
  void unlock() { locked_.store(false, std::memory_order_release); }

 private:
  void Wait();
  std::atomic<bool> locked_{false};
};

class SpinLockHolder {
 public:
  explicit SpinLockHolder(SpinLock& lock) : lock_(lock) { lock_.lock(); }
  ~SpinLockHolder() { lock_.unlock(); }
  SpinLockHolder(const SpinLockHolder&) = delete;
  SpinLockHolder& operator=(const SpinLockHolder&) = delete;

 private:
  SpinLock& lock_;
};

// One lock of many, each for a part of what all threads use.
struct alignas(kCacheLine) LockStripe {
  SpinLock lock;
};

// Objects of type T by 32-bit index (0 is none) in one reserved range; freed ones are reused.
// Thread safe. T is trivially destructible and valid when zero-filled; a reused object holds what
// its last user left. If T names a member of its own that nobody reads in a free object
// (T::kFreeLink), it links the free ones, and the pool adds nothing to T's size.
template <typename T>
class Pool {
 public:
  void Init(const Host& host, std::uint32_t capacity, const char* name) {
    host_ = &host;
    capacity_ = capacity;
    name_ = name;
    slots_ = static_cast<Slot*>(host.reserve(sizeof(Slot) * std::size_t{capacity}));
  }
  std::uint32_t Allocate() {
    SpinLockHolder hold(lock_);
    ++live_;
    if (free_ != 0) {
      const std::uint32_t index = free_;
      free_ = FreeLink(index);
      return index;
    }
    if (++used_ >= capacity_) host_->fatal(name_);
    return used_;
  }
  void Free(std::uint32_t index) {
    SpinLockHolder hold(lock_);
    --live_;
    FreeLink(index) = free_;
    free_ = index;
  }
  T& operator[](std::uint32_t index) { return ObjectOf(slots_[index]); }
  const T& operator[](std::uint32_t index) const { return ObjectOf(slots_[index]); }
  std::uint32_t IndexOf(const T& object) const {
    return static_cast<std::uint32_t>(reinterpret_cast<const Slot*>(&object) - slots_);
  }
  std::uint32_t live() const { return live_; }
  // Every index ever handed out is in [1, high_water()].
  std::uint32_t high_water() const { return used_; }

 private:
  static constexpr bool kLinksItself = requires { T::kFreeLink; };
  struct ObjectAndLink {
    T object;
    std::uint32_t next_free;
  };
  using Slot = std::conditional_t<kLinksItself, T, ObjectAndLink>;

  static T& ObjectOf(Slot& slot) {
    if constexpr (kLinksItself) {
      return slot;
    } else {
      return slot.object;
    }
  }
  std::uint32_t& FreeLink(std::uint32_t index) {
    if constexpr (kLinksItself) {
      return slots_[index].*T::kFreeLink;
    } else {
      return slots_[index].next_free;
    }
  }

  const Host* host_ = nullptr;
  Slot* slots_ = nullptr;
  const char* name_ = nullptr;
  std::uint32_t capacity_ = 0;

  // What allocating changes, apart from what every use of an object reads.
  alignas(kCacheLine) SpinLock lock_;
  std::uint32_t used_ = 0;
  std::uint32_t free_ = 0;
  std::uint32_t live_ = 0;
};

// A thread's own few free objects of a pool, so that it rarely meets the pool's lock. Valid when
// zero-filled.
template <typename T>
class PoolCache {
 public:
  std::uint32_t Allocate(Pool<T>& pool) { return count_ > 0 ? free_[--count_] : pool.Allocate(); }
  void Free(Pool<T>& pool, std::uint32_t index) {
    if (count_ < kSize) {
      free_[count_++] = index;
    } else {
      pool.Free(index);
    }
  }
  void Flush(Pool<T>& pool) {
    while (count_ > 0) pool.Free(free_[--count_]);
  }

 private:
  static constexpr std::uint32_t kSize = 8;
  std::uint32_t count_;
  std::uint32_t free_[kSize];
};

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_MEMORY_H_
