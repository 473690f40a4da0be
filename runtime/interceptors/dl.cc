// dlopen and dlclose. The constructors of a library run in the opener's program order, its
// destructors in the closer's.
//
// The loader runs initialisers under its lock, which is no edge by itself; but as with a
// function-local static, whoever finds the library loaded is ordered after its initialisers, and
// the last close after those that came before it.
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>

#include "runtime/interceptors/accesses.h"
#include "runtime/loaded_modules.h"
#include "runtime/real.h"
#include "runtime/report/modules.h"
#include "runtime/runtime.h"

namespace hbsan {
namespace {

// Held around the loader's work, so that nobody sees a library loaded before its release is done.
// Constructors may open further libraries.
constinit pthread_mutex_t loading = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
constinit RealEntry real_lock = {"pthread_mutex_lock", nullptr, nullptr};
constinit RealEntry real_unlock = {"pthread_mutex_unlock", nullptr, nullptr};
using MutexFunction = int(pthread_mutex_t*);

class LoadingLock {
 public:
  LoadingLock() : unlock_(Real<MutexFunction>(real_unlock)) {
    Real<MutexFunction>(real_lock)(&loading);
  }
  ~LoadingLock() { unlock_(&loading); }
  LoadingLock(const LoadingLock&) = delete;
  LoadingLock& operator=(const LoadingLock&) = delete;

 private:
  MutexFunction* unlock_;  // looked up before the loader's work: a lookup clears what dlerror says
};

Addr LoaderObject() { return AbstractAddress(SyncSpace::kLoader, 0); }

// Libraries that are loaded now; changes when a dlopen loads one.
unsigned long long LoadCount() {
  unsigned long long adds = 0;
  dl_iterate_phdr(
      [](dl_phdr_info* module, std::size_t, void* result) {
        *static_cast<unsigned long long*>(result) = module->dlpi_adds;
        return 1;
      },
      &adds);
  return adds;
}

template <typename Open>
void* OpenLibrary(std::uintptr_t pc, Open open) {
  LoadingLock lock;
  AcquireAt(LoaderObject());
  const unsigned long long before = LoadCount();
  void* library = nullptr;
  {
    CallerFrame frame(pc);
    library = open();
  }
  if (library != nullptr && !InRuntime()) {
    // Known to reports from now on, even when it is unloaded.
    RuntimeScope scope;
    FindModule(reinterpret_cast<Addr>(static_cast<link_map*>(library)->l_ld));
  }
  if (LoadCount() != before) {
    NoteLoadedModules();
    ReleaseAt(LoaderObject(), pc);
  }
  return library;
}

}  // namespace
}  // namespace hbsan

using hbsan::CallerFrame;
using hbsan::InRuntime;
using hbsan::ReadString;

INTERCEPTOR(void*, dlopen, const char* path, int flags) {
  if (InRuntime()) return REAL(dlopen)(path, flags);
  ReadString(HBSAN_CALLER_PC(), path);
  return hbsan::OpenLibrary(HBSAN_CALLER_PC(), [=] { return REAL(dlopen)(path, flags); });
}

INTERCEPTOR(void*, dlmopen, Lmid_t space, const char* path, int flags) {
  if (InRuntime()) return REAL(dlmopen)(space, path, flags);
  ReadString(HBSAN_CALLER_PC(), path);
  return hbsan::OpenLibrary(HBSAN_CALLER_PC(), [=] { return REAL(dlmopen)(space, path, flags); });
}

INTERCEPTOR(int, dlclose, void* library) {
  if (InRuntime()) return REAL(dlclose)(library);
  const std::uintptr_t pc = HBSAN_CALLER_PC();
  const hbsan::Addr users = reinterpret_cast<hbsan::Addr>(library);
  hbsan::ReleaseAt(users, pc);
  hbsan::LoadingLock lock;
  hbsan::AcquireAt(users);
  int result = 0;
  {
    CallerFrame frame(pc);
    result = REAL(dlclose)(library);
  }
  hbsan::NoteUnloadedModules();
  return result;
}
