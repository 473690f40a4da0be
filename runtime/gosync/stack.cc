#include "gosync/stack.h"

#include <sys/mman.h>

#include <algorithm>
#include <new>

#include "gosync/fatal.h"
#include "gosync/system.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {
namespace {

constexpr std::uint32_t kSegmentSlots = 1024;
constexpr std::uint32_t kMaxSegments = 1u << 14;
// Free slots that keep their page; beyond, it is returned to the system.
constexpr std::uint32_t kWarmSlots = 2048;
constexpr unsigned kCacheSlots = 128;
// Slots whose memory is returned at once: calls of the system are dear, and so are those of the
// processors that it interrupts. Adjacent slots are mostly freed together.
constexpr std::uint32_t kReturnedAtOnce = 1024;
// Slots with a protected page where the kernel has no guard markers: each splits a mapping.
constexpr std::uint32_t kMaxProtected = 16000;
constexpr int kMadviseGuardInstall = 102;
// Slots beyond these are made ahead by workers that are idle: fresh pages are dear.
constexpr std::uint32_t kFewSlots = 4096;
constexpr std::uint32_t kMostReady = 64;

struct StackPool {
  SpinLock lock;
  char* segments[kMaxSegments] = {};
  std::atomic<std::uint32_t> used{0};  // slots ever handed out
  Goroutine* warm = nullptr;
  std::uint32_t warm_count = 0;
  // Slots that still have memory, and those whose memory is being returned.
  std::uint32_t returned_count = 0;
  std::uint32_t* returned = returned_buffers[0];
  std::uint32_t* discarded = returned_buffers[1];
  std::uint32_t returned_buffers[2][kReturnedAtOnce] = {};
  bool discards = false;          // somebody uses `discarded`
  std::uint32_t* cold = nullptr;  // slots without memory
  std::uint32_t cold_count = 0;
  Goroutine* ready = nullptr;  // made ahead
  std::uint32_t ready_count = 0;
  std::atomic<bool> wants_ready{false};
  std::atomic<bool> no_markers{false};
};
constinit StackPool pool;

char* SlotAt(std::uint32_t index) {
  return pool.segments[index / kSegmentSlots] + index % kSegmentSlots * kSlotBytes;
}

Goroutine& GoroutineAt(std::uint32_t index) {
  return *reinterpret_cast<Goroutine*>(SlotAt(index) + kGoroutineOffset);
}

#if GOSYNC_RACE
void* SmallCallAt(std::uint32_t index) {
  return pool.segments[index / kSegmentSlots] + kSegmentSlots * kSlotBytes +
         index % kSegmentSlots * kSmallCallBytes;
}
#endif

// An unused one, in memory that may be fresh.
Goroutine& MakeGoroutine(std::uint32_t index) {
  auto* g = new (&GoroutineAt(index)) Goroutine;
  g->slot = index;
#if GOSYNC_RACE
  g->small_call = SmallCallAt(index);
#endif
  return *g;
}

void* Reserve(std::size_t bytes) {
  void* p = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) Fatal("out of memory: cannot reserve stacks of goroutines");
  madvise(p, bytes, MADV_NOHUGEPAGE);
  return p;
}

void ProtectGuard(char* slot, std::uint32_t index) {
  if (!pool.no_markers.load(std::memory_order_relaxed)) {
    if (madvise(slot, kPageBytes, kMadviseGuardInstall) == 0) return;
    pool.no_markers.store(true, std::memory_order_relaxed);
  }
  if (index < kMaxProtected) mprotect(slot, kPageBytes, PROT_NONE);
}

// The next slot that was never used, for MakeSlot; with the lock held. Until then its Goroutine is
// all zeros, and so unused, in ForEachSlot's eyes.
std::uint32_t ReserveSlot() {
  const std::uint32_t index = pool.used.load(std::memory_order_relaxed);
  if (index % kSegmentSlots == 0) {
    if (index / kSegmentSlots == kMaxSegments) Fatal("too many goroutines");
    pool.segments[index / kSegmentSlots] =
        static_cast<char*>(Reserve(kSegmentSlots * (kSlotBytes + kSmallCallBytes)));
  }
  pool.used.store(index + 1, std::memory_order_release);  // pairs with ForEachSlot
  return index;
}

Goroutine& MakeSlot(std::uint32_t index) {
  ProtectGuard(SlotAt(index), index);
  return MakeGoroutine(index);
}

// A slot to be had: a goroutine, or what it is made of once the lock is released, as fresh pages
// take long.
struct TakenSlot {
  Goroutine* g = nullptr;
  std::uint32_t index = 0;
  bool is_new = false;  // it has no guard page yet

  Goroutine& Make() const {
    if (g != nullptr) return *g;
    return is_new ? MakeSlot(index) : MakeGoroutine(index);
  }
};

TakenSlot TakeNew() {
  if (pool.used.load(std::memory_order_relaxed) >= kFewSlots) {
    pool.wants_ready.store(true, std::memory_order_relaxed);
  }
  if (Goroutine* g = pool.ready) {
    pool.ready = g->next;
    --pool.ready_count;
    return {g};
  }
  return {nullptr, ReserveSlot(), /*is_new=*/true};
}

// With the lock held; null if there is none.
Goroutine* TakeWarm() {
  Goroutine* const g = pool.warm;
  if (g == nullptr) return nullptr;
  pool.warm = g->next;
  --pool.warm_count;
  return g;
}

// With the lock held.
TakenSlot TakeFromPool() {
  if (Goroutine* g = TakeWarm()) return {g};
  if (pool.returned_count > 0) return {nullptr, pool.returned[--pool.returned_count]};
  if (pool.cold_count > 0) return {nullptr, pool.cold[--pool.cold_count]};
  return TakeNew();
}

Goroutine& MakeFromPool() {
  pool.lock.Lock();
  const TakenSlot taken = TakeFromPool();
  pool.lock.Unlock();
  return taken.Make();
}

// The slots of [first, last), in one segment. Guard markers stay.
void Discard(std::uint32_t first, std::uint32_t last) {
  madvise(SlotAt(first) + kPageBytes, (last - first) * kSlotBytes - kPageBytes, MADV_DONTNEED);
}

// With the lock held, which it releases meanwhile.
void DiscardReturned() {
  if (pool.cold == nullptr) {
    pool.cold =
        static_cast<std::uint32_t*>(Reserve(sizeof(std::uint32_t) * kSegmentSlots * kMaxSegments));
  }
  pool.discards = true;
  const std::uint32_t count = pool.returned_count;
  std::uint32_t* const slots = pool.returned;
  pool.returned_count = 0;
  std::swap(pool.returned, pool.discarded);
  pool.lock.Unlock();
  std::sort(slots, slots + count);
  std::uint32_t first = 0;
  for (std::uint32_t i = 1; i <= count; ++i) {
    if (i < count && slots[i] == slots[i - 1] + 1 && slots[i] % kSegmentSlots != 0) continue;
    Discard(slots[first], slots[i - 1] + 1);
    first = i;
  }
  pool.lock.Lock();
  std::copy_n(slots, count, pool.cold + pool.cold_count);
  pool.cold_count += count;
  pool.discards = false;
}

// With the lock held, which it may release meanwhile.
void ReturnToPool(Goroutine& g) {
  if (pool.returned_count == kReturnedAtOnce && !pool.discards) DiscardReturned();
  // While others return memory, more of it may wait than else.
  if (pool.warm_count < kWarmSlots || pool.returned_count == kReturnedAtOnce) {
    g.next = pool.warm;
    pool.warm = &g;
    ++pool.warm_count;
    return;
  }
  const std::uint32_t slot = g.slot;
  g.~Goroutine();
  pool.returned[pool.returned_count++] = slot;
}

// False if there is none.
bool FillFromWarm(StackCache& cache) {
  SpinLockHolder hold(pool.lock);
  for (; cache.count < kCacheSlots / 2; ++cache.count) {
    Goroutine* const g = TakeWarm();
    if (g == nullptr) break;
    g->next = cache.first;
    cache.first = g;
  }
  return cache.first != nullptr;
}

}  // namespace

Goroutine& AllocateGoroutine(StackCache* cache) {
  if (cache == nullptr || (cache->first == nullptr && !FillFromWarm(*cache))) return MakeFromPool();
  Goroutine& g = *cache->first;
  cache->first = g.next;
  --cache->count;
  return g;
}

void FreeGoroutine(Goroutine& g, StackCache* cache) {
  if (cache == nullptr) {
    SpinLockHolder hold(pool.lock);
    ReturnToPool(g);
    return;
  }
  g.next = cache->first;
  cache->first = &g;
  if (++cache->count < kCacheSlots) return;
  SpinLockHolder hold(pool.lock);
  for (; cache->count > kCacheSlots / 2; --cache->count) {
    Goroutine* give = cache->first;
    cache->first = give->next;
    ReturnToPool(*give);
  }
}

bool PrepareGoroutine() {
  if (!pool.wants_ready.load(std::memory_order_relaxed)) return false;
  std::uint32_t index;
  {
    SpinLockHolder hold(pool.lock);
    if (pool.ready_count >= kMostReady) {
      pool.wants_ready.store(false, std::memory_order_relaxed);
      return false;
    }
    index = ReserveSlot();
  }
  Goroutine& g = MakeSlot(index);
  SpinLockHolder hold(pool.lock);
  g.next = pool.ready;
  pool.ready = &g;
  ++pool.ready_count;
  return true;
}

bool IsSlotMemory(std::uintptr_t address) {
  const std::uint32_t used = pool.used.load(std::memory_order_acquire);
  for (std::uint32_t s = 0; s * kSegmentSlots < used; ++s) {
    const auto begin = reinterpret_cast<std::uintptr_t>(pool.segments[s]);
    if (address - begin < kSegmentSlots * (kSlotBytes + kSmallCallBytes)) return true;
  }
  return false;
}

Goroutine* SlotContaining(std::uintptr_t address) {
  const std::uint32_t used = pool.used.load(std::memory_order_acquire);
  for (std::uint32_t s = 0; s * kSegmentSlots < used; ++s) {
    const std::uintptr_t offset = address - reinterpret_cast<std::uintptr_t>(pool.segments[s]);
    if (offset >= kSegmentSlots * kSlotBytes) continue;
    const auto index = s * kSegmentSlots + static_cast<std::uint32_t>(offset / kSlotBytes);
    return index < used ? &GoroutineAt(index) : nullptr;
  }
  return nullptr;
}

Goroutine* OverflownBy(const void* address) {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  Goroutine* const g = SlotContaining(at);
  if (g == nullptr) return nullptr;
  return at - reinterpret_cast<std::uintptr_t>(SlotOf(*g)) < kPageBytes ? g : nullptr;
}

void ForEachSlot(GoroutineVisitor visit, void* context) {
  const std::uint32_t used = pool.used.load(std::memory_order_acquire);
  for (std::uint32_t i = 0; i < used; ++i) visit(GoroutineAt(i), context);
}

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync
