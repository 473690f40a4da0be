// Interceptors: functions of libc that the runtime defines in its place, and the way to the real
// ones.
//
//   INTERCEPTOR(int, close, int fd) {
//     if (InRuntime()) return REAL(close)(fd);
//     ...
//   }
// defines the program's `close` (weak, so that a program's own definition wins) and makes
// REAL(close) callable here. All real functions are looked up once in Initialize; before that REAL
// looks up by itself.
#ifndef HBSAN_RUNTIME_REAL_H_
#define HBSAN_RUNTIME_REAL_H_

#include <atomic>

namespace hbsan {

void* FindReal(const char* name, const char* version);

struct RealEntry {
  const char* name;
  const char* version;  // null: the default one
  std::atomic<void*> function;
};

template <typename F>
F* Real(RealEntry& entry) {
  void* function = entry.function.load(std::memory_order_relaxed);
  if (function == nullptr) {
    function = FindReal(entry.name, entry.version);
    entry.function.store(function, std::memory_order_relaxed);
  }
  return reinterpret_cast<F*>(function);
}

}  // namespace hbsan

#define REAL(name) (hbsan::Real<decltype(__interceptor_##name)>(real_entry_##name))

// `symbol` is what the object file defines; the build renames hbsan_export_X to X for the functions
// that compilers call by themselves (memcpy, memmove, memset, memcmp, strlen), after it renamed the
// runtime's own calls to private versions.
#define HBSAN_INTERCEPTOR(ret, name, symbol, version, ...)                                       \
  extern "C" ret __interceptor_##name(__VA_ARGS__);                                              \
  __attribute__((section("hbsan_real"), used,                                                    \
                 retain)) static constinit hbsan::RealEntry real_entry_##name = {#name, version, \
                                                                                 nullptr};       \
  asm(".weak " symbol "\n.type " symbol ", @function\n.set " symbol ", __interceptor_" #name);   \
  extern "C" __attribute__((visibility("default"), used)) ret __interceptor_##name(__VA_ARGS__)

#define INTERCEPTOR(ret, name, ...) HBSAN_INTERCEPTOR(ret, name, #name, nullptr, __VA_ARGS__)
#define INTERCEPTOR_VERSION(ret, name, version, ...) \
  HBSAN_INTERCEPTOR(ret, name, #name, version, __VA_ARGS__)
#define INTERCEPTOR_BUILTIN(ret, name, ...) \
  HBSAN_INTERCEPTOR(ret, name, "hbsan_export_" #name, nullptr, __VA_ARGS__)

#endif  // HBSAN_RUNTIME_REAL_H_
