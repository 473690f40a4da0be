// Parts of libstdc++ that synchronise inside the library, where no instrumented code sees it: what
// they write and free counts for nothing.
//
//   std::locale          reference counts; the last owner frees facets that others read
//   caches of facets     filled by whoever comes first, published without a lock
//   exceptions           their texts are strings that copies share by reference count
#include "runtime/hooks/ignore.h"
#include "runtime/real.h"
#include "runtime/runtime.h"

namespace hbsan {
namespace {

class IgnoredWrites {
 public:
  IgnoredWrites() : active_(!InRuntime()) {
    if (!active_) return;
    RuntimeScope scope;
    BeginIgnoringAccesses(scope.thread(), AccessKind::kWrite);
  }
  ~IgnoredWrites() {
    if (!active_) return;
    RuntimeScope scope;
    EndIgnoringAccesses(scope.thread(), AccessKind::kWrite);
  }
  IgnoredWrites(const IgnoredWrites&) = delete;
  IgnoredWrites& operator=(const IgnoredWrites&) = delete;

 private:
  const bool active_;
};

}  // namespace
}  // namespace hbsan

// A member function without parameters, or with one, and without a result.
#define HBSAN_IGNORED_MEMBER(name)      \
  INTERCEPTOR(void, name, void* self) { \
    const hbsan::IgnoredWrites ignored; \
    REAL(name)(self);                   \
  }
#define HBSAN_IGNORED_MEMBER_OF_LOCALE(name)                \
  INTERCEPTOR(void, name, void* self, const void* locale) { \
    const hbsan::IgnoredWrites ignored;                     \
    REAL(name)(self, locale);                               \
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

// std::__numpunct_cache<char, wchar_t>, std::__moneypunct_cache<char, wchar_t; false,
// true>::_M_cache
HBSAN_IGNORED_MEMBER_OF_LOCALE(_ZNSt16__numpunct_cacheIcE8_M_cacheERKSt6locale)
HBSAN_IGNORED_MEMBER_OF_LOCALE(_ZNSt16__numpunct_cacheIwE8_M_cacheERKSt6locale)
HBSAN_IGNORED_MEMBER_OF_LOCALE(_ZNSt18__moneypunct_cacheIcLb0EE8_M_cacheERKSt6locale)
HBSAN_IGNORED_MEMBER_OF_LOCALE(_ZNSt18__moneypunct_cacheIcLb1EE8_M_cacheERKSt6locale)
HBSAN_IGNORED_MEMBER_OF_LOCALE(_ZNSt18__moneypunct_cacheIwLb0EE8_M_cacheERKSt6locale)
HBSAN_IGNORED_MEMBER_OF_LOCALE(_ZNSt18__moneypunct_cacheIwLb1EE8_M_cacheERKSt6locale)

// std::logic_error, std::runtime_error and std::filesystem::filesystem_error: destructors
HBSAN_IGNORED_MEMBER(_ZNSt11logic_errorD1Ev)
HBSAN_IGNORED_MEMBER(_ZNSt11logic_errorD2Ev)
HBSAN_IGNORED_MEMBER(_ZNSt13runtime_errorD1Ev)
HBSAN_IGNORED_MEMBER(_ZNSt13runtime_errorD2Ev)
HBSAN_IGNORED_MEMBER(_ZNSt10filesystem7__cxx1116filesystem_errorD1Ev)
HBSAN_IGNORED_MEMBER(_ZNSt10filesystem7__cxx1116filesystem_errorD2Ev)
