/* What a library tells hbsan of its own synchronisation: of a channel, a lock, a queue without
 * locks, a scheduler of fibers or an allocator of its own that works by means that hbsan cannot see
 * (inline assembly, shared memory, code built without race detection), or whose races are known and
 * meant.
 *
 * C and C++. In a program without race detection every call does nothing but one test of a pointer.
 * The functions below are the ABI of ThreadSanitizer and of Google's dynamic annotations: code that
 * calls those directly needs no change. */
#ifndef HBSAN_ANNOTATIONS_H_
#define HBSAN_ANNOTATIONS_H_

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Declares `function` under a name of its own, and null without detection. */
#define HBSAN_RUNTIME(result, name, function, ...) \
  result hbsan_runtime_##name(__VA_ARGS__) __asm__(function) __attribute__((weak))
HBSAN_RUNTIME(void, before, "AnnotateHappensBefore", const char*, int, const volatile void*);
HBSAN_RUNTIME(void, after, "AnnotateHappensAfter", const char*, int, const volatile void*);
HBSAN_RUNTIME(void, create, "AnnotateRWLockCreate", const char*, int, const volatile void*);
HBSAN_RUNTIME(void, destroy, "AnnotateRWLockDestroy", const char*, int, const volatile void*);
HBSAN_RUNTIME(void, acquired, "AnnotateRWLockAcquired", const char*, int, const volatile void*,
              long);
HBSAN_RUNTIME(void, released, "AnnotateRWLockReleased", const char*, int, const volatile void*,
              long);
HBSAN_RUNTIME(void, benign, "AnnotateBenignRaceSized", const char*, int, const volatile void*,
              size_t, const char*);
HBSAN_RUNTIME(void, memory, "AnnotateNewMemory", const char*, int, const volatile void*, size_t);
HBSAN_RUNTIME(void*, fiber_create, "__tsan_create_fiber", unsigned);
HBSAN_RUNTIME(void*, fiber_current, "__tsan_get_current_fiber", void);
HBSAN_RUNTIME(void, fiber_switch, "__tsan_switch_to_fiber", void*, unsigned);
HBSAN_RUNTIME(void, fiber_destroy, "__tsan_destroy_fiber", void*);
HBSAN_RUNTIME(void, fiber_name, "__tsan_set_fiber_name", void*, const char*);
#undef HBSAN_RUNTIME

/* --- Order. All that came before a call of happens_before(at) is ordered before all that follows a
 * later call of happens_after(at), in any threads. `at`: any address, of the flag or the queue,
 * say; it need not be accessed. Call the first before the other side can learn of it, the second
 * after this side learnt. */
static inline void hbsan_happens_before(const volatile void* at) {
  if (hbsan_runtime_before) hbsan_runtime_before(__FILE__, __LINE__, at);
}
static inline void hbsan_happens_after(const volatile void* at) {
  if (hbsan_runtime_after) hbsan_runtime_after(__FILE__, __LINE__, at);
}

/* --- Locks. locked: right after it was taken; unlocking: right before it is given back. The read_
 * forms: shared with other readers. Reports name the lock, and its misuse is reported. */
static inline void hbsan_mutex_create(const volatile void* mutex) {
  if (hbsan_runtime_create) hbsan_runtime_create(__FILE__, __LINE__, mutex);
}
static inline void hbsan_mutex_destroy(const volatile void* mutex) {
  if (hbsan_runtime_destroy) hbsan_runtime_destroy(__FILE__, __LINE__, mutex);
}
static inline void hbsan_mutex_locked(const volatile void* mutex) {
  if (hbsan_runtime_acquired) hbsan_runtime_acquired(__FILE__, __LINE__, mutex, 1);
}
static inline void hbsan_mutex_unlocking(const volatile void* mutex) {
  if (hbsan_runtime_released) hbsan_runtime_released(__FILE__, __LINE__, mutex, 1);
}
static inline void hbsan_mutex_read_locked(const volatile void* mutex) {
  if (hbsan_runtime_acquired) hbsan_runtime_acquired(__FILE__, __LINE__, mutex, 0);
}
static inline void hbsan_mutex_read_unlocking(const volatile void* mutex) {
  if (hbsan_runtime_released) hbsan_runtime_released(__FILE__, __LINE__, mutex, 0);
}

/* --- Memory. new_memory: an allocator hands it out; it has no history. benign_race: races on these
 * bytes are meant, for the reason given; none is reported. */
static inline void hbsan_new_memory(const volatile void* at, size_t size) {
  if (hbsan_runtime_memory) hbsan_runtime_memory(__FILE__, __LINE__, at, size);
}
static inline void hbsan_benign_race(const volatile void* at, size_t size, const char* reason) {
  if (hbsan_runtime_benign) hbsan_runtime_benign(__FILE__, __LINE__, at, size, reason);
}

/* --- Fibers. Each is a thread of its own to hbsan, ordered after the one that created it. switch:
 * by the running one, right before the stack is switched; `ordered`: not 0 if all that it did is
 * ordered before what the next one does. Without detection a fiber is null. destroy: not of the
 * running one. */
static inline void* hbsan_fiber_create(const char* name) {
  void* fiber = hbsan_runtime_fiber_create ? hbsan_runtime_fiber_create(0) : NULL;
  if (fiber && name) hbsan_runtime_fiber_name(fiber, name);
  return fiber;
}
static inline void* hbsan_fiber_current(void) {
  return hbsan_runtime_fiber_current ? hbsan_runtime_fiber_current() : NULL;
}
static inline void hbsan_fiber_switch(void* fiber, int ordered) {
  if (hbsan_runtime_fiber_switch) hbsan_runtime_fiber_switch(fiber, ordered ? 0 : 1);
}
static inline void hbsan_fiber_destroy(void* fiber) {
  if (hbsan_runtime_fiber_destroy) hbsan_runtime_fiber_destroy(fiber);
}

#ifdef __cplusplus
}
#endif

#endif /* HBSAN_ANNOTATIONS_H_ */
