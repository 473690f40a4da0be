// Parts of libstdc++ that synchronise inside the library, where no instrumented code sees it: what
// they write and free counts for nothing.
//
//   std::locale          reference counts; the last owner frees facets that others read
//   caches of facets     filled by whoever comes first, published without a lock
//   exceptions           their texts are strings that copies share by reference count
//   std::atomic_load(shared_ptr*) and the like: mutexes of a pool, which order only what is the
//                        same shared_ptr's
#include <cstddef>

#include "runtime/heap.h"
#include "runtime/hooks/ignore.h"
#include "runtime/interceptors/ignored_writes.h"
#include "runtime/real.h"
#include "runtime/runtime.h"

namespace hbsan {
namespace {

void ForgetWritesOf(void* cache) {
  RuntimeScope scope;
  HeapBlock block;
  if (!FindHeapBlock(reinterpret_cast<Addr>(cache), block) || block.freed) return;
  TheDetector().ResetMemory(scope.thread(), block.begin, block.size);
  const auto* words = reinterpret_cast<const Addr*>(block.begin);
  for (std::size_t i = 0; i < block.size / sizeof(Addr); ++i) {
    HeapBlock text;
    if (!FindHeapBlock(words[i], text) || text.freed || text.begin != words[i]) continue;
    TheDetector().ResetMemory(scope.thread(), text.begin, text.size);
  }
}

}  // namespace
}  // namespace hbsan

// A member function without parameters and result.
#define HBSAN_IGNORED_MEMBER(name)      \
  INTERCEPTOR(void, name, void* self) { \
    const hbsan::IgnoredWrites ignored; \
    REAL(name)(self);                   \
  }

// std::locale::~locale, operator=
HBSAN_IGNORED_MEMBER(_ZNSt6localeD1Ev)
HBSAN_IGNORED_MEMBER(_ZNSt6localeD2Ev)
INTERCEPTOR(void*, _ZNSt6localeaSERKS_, void* self, const void* other) {
  const hbsan::IgnoredWrites ignored;
  return REAL(_ZNSt6localeaSERKS_)(self, other);
}

// std::ctype<char>::_M_widen_init, _M_narrow_init
HBSAN_IGNORED_MEMBER(_ZNKSt5ctypeIcE13_M_widen_initEv)
HBSAN_IGNORED_MEMBER(_ZNKSt5ctypeIcE14_M_narrow_initEv)

// std::ctype<char>::ctype. Code in headers fills the facet's tables as it goes, in whichever
// thread: filled here, they never change.
INTERCEPTOR(void, _ZNSt5ctypeIcEC1EPKtbm, void* self, const void* table, bool owned,
            unsigned long references) {
  const hbsan::IgnoredWrites ignored;
  REAL(_ZNSt5ctypeIcEC1EPKtbm)(self, table, owned, references);
  REAL(_ZNKSt5ctypeIcE14_M_narrow_initEv)(self);
  REAL(_ZNKSt5ctypeIcE13_M_widen_initEv)(self);
}
INTERCEPTOR(void, _ZNSt5ctypeIcEC1EP15__locale_structPKtbm, void* self, void* locale,
            const void* table, bool owned, unsigned long references) {
  const hbsan::IgnoredWrites ignored;
  REAL(_ZNSt5ctypeIcEC1EP15__locale_structPKtbm)(self, locale, table, owned, references);
  REAL(_ZNKSt5ctypeIcE14_M_narrow_initEv)(self);
  REAL(_ZNKSt5ctypeIcE13_M_widen_initEv)(self);
}

// std::locale::_Impl::_M_install_cache: publishes what __numpunct_cache and the like found out, a
// block with pointers to blocks.
INTERCEPTOR(void, _ZNSt6locale5_Impl16_M_install_cacheEPKNS_5facetEm, void* self, void* cache,
            unsigned long index) {
  if (!hbsan::InRuntime()) hbsan::ForgetWritesOf(cache);
  REAL(_ZNSt6locale5_Impl16_M_install_cacheEPKNS_5facetEm)(self, cache, index);
}

// std::logic_error, std::runtime_error and std::filesystem::filesystem_error: destructors
HBSAN_IGNORED_MEMBER(_ZNSt11logic_errorD1Ev)
HBSAN_IGNORED_MEMBER(_ZNSt11logic_errorD2Ev)
HBSAN_IGNORED_MEMBER(_ZNSt13runtime_errorD1Ev)
HBSAN_IGNORED_MEMBER(_ZNSt13runtime_errorD2Ev)
HBSAN_IGNORED_MEMBER(_ZNSt10filesystem7__cxx1116filesystem_errorD1Ev)
HBSAN_IGNORED_MEMBER(_ZNSt10filesystem7__cxx1116filesystem_errorD2Ev)

namespace hbsan {
namespace {

// The shared_ptrs that the thread's _Sp_locker guards: one, or two that are exchanged.
constinit thread_local const void* guarded[2] = {};

template <typename Lock>
void LockGuarded(const void* one, const void* other, Lock lock) {
  const bool active = !InRuntime();
  if (active) BeginIgnoringSync(CurrentThread());
  lock();
  if (!active) return;
  EndIgnoringSync(CurrentThread());
  guarded[0] = one;
  guarded[1] = other;
  for (const void* p : guarded) {
    if (p != nullptr) AcquireAt(InRole(reinterpret_cast<Addr>(p), SyncRole::kMutex));
  }
}

template <typename Unlock>
void UnlockGuarded(std::uintptr_t pc, Unlock unlock) {
  const bool active = !InRuntime();
  if (active) {
    for (const void*& p : guarded) {
      if (p != nullptr) ReleaseStoreAt(InRole(reinterpret_cast<Addr>(p), SyncRole::kMutex), pc);
      p = nullptr;
    }
    BeginIgnoringSync(CurrentThread());
  }
  unlock();
  if (active) EndIgnoringSync(CurrentThread());
}

}  // namespace
}  // namespace hbsan

INTERCEPTOR(void, _ZNSt10_Sp_lockerC1EPKv, void* self, const void* p) {
  hbsan::LockGuarded(p, nullptr, [&] { REAL(_ZNSt10_Sp_lockerC1EPKv)(self, p); });
}
INTERCEPTOR(void, _ZNSt10_Sp_lockerC1EPKvS1_, void* self, const void* p, const void* q) {
  hbsan::LockGuarded(p, q, [&] { REAL(_ZNSt10_Sp_lockerC1EPKvS1_)(self, p, q); });
}
INTERCEPTOR(void, _ZNSt10_Sp_lockerD1Ev, void* self) {
  hbsan::UnlockGuarded(HBSAN_CALLER_PC(), [&] { REAL(_ZNSt10_Sp_lockerD1Ev)(self); });
}
