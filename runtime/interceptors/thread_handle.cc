#include "runtime/interceptors/thread_handle.h"

#include <dlfcn.h>
#include <sys/syscall.h>

#include <cerrno>
#include <csignal>

#include "runtime/real.h"
#include "runtime/sys.h"

namespace hbsan {
namespace {

// How every descriptor begins on x86-64 (tcbhead_t of the TLS ABI).
struct Descriptor {
  void* self_tcb;
  void* dtv;
  void* self;
};

// What glibc tells debuggers of a descriptor's field: bits, count, offset.
struct DebuggerField {
  std::uint32_t bits, count, offset;
};

bool Readable(std::uintptr_t addr) {
  // An invalid `how` is noticed after the set was read: EFAULT or EINVAL, and no effect.
  return sys::Call(SYS_rt_sigprocmask, ~0L, static_cast<long>(addr), 0, 8) != -EFAULT;
}

template <typename T>
T* LibcSymbol(const char* name) {
  return reinterpret_cast<T*>(dlsym(RTLD_DEFAULT, name));
}

// The kernel's id in a descriptor; 0 if the thread has ended, -1 if glibc does not say where it is.
int TidIn(std::uintptr_t descriptor) {
  static const auto* const field = LibcSymbol<const DebuggerField>("_thread_db_pthread_tid");
  if (field == nullptr || !Readable(descriptor + field->offset)) return -1;
  return *reinterpret_cast<const int*>(descriptor + field->offset);
}

struct StaticTls {
  std::size_t before = 0;  // below the descriptor's address
  std::size_t after = 0;   // the descriptor
};

StaticTls MeasureStaticTls() {
  StaticTls tls;
  using GetStaticInfo = void(std::size_t* size, std::size_t* alignment);
  auto* get = LibcSymbol<GetStaticInfo>("_dl_get_tls_static_info");
  const auto* descriptor = LibcSymbol<const std::uint32_t>("_thread_db_sizeof_pthread");
  if (get == nullptr || descriptor == nullptr) return tls;
  std::size_t size = 0, alignment = 0;
  get(&size, &alignment);
  tls.after = *descriptor;
  tls.before = size > tls.after ? size - tls.after : 0;
  return tls;
}

}  // namespace

bool IsLiveDescriptor(pthread_t handle) {
  if (handle == 0 || handle % alignof(Descriptor) != 0) return false;
  if (!Readable(handle) || !Readable(handle + sizeof(Descriptor) - 8)) return false;
  const auto* descriptor = reinterpret_cast<const Descriptor*>(handle);
  if (descriptor->self_tcb != descriptor || descriptor->self != descriptor) return false;
  const int tid = TidIn(handle);
  return tid > 0 && sys::Call(SYS_tgkill, sys::GetPid(), tid, 0) == 0;
}

void MeasureThread(ThreadInfo& thread) {
  static const StaticTls tls = MeasureStaticTls();
  const pthread_t self = pthread_self();
  thread.tls_begin = self - tls.before;
  thread.tls_end = self + tls.after;
  pthread_attr_t attributes;
  if (pthread_getattr_np(self, &attributes) != 0) return;
  void* begin = nullptr;
  std::size_t size = 0;
  if (pthread_attr_getstack(&attributes, &begin, &size) == 0) {
    thread.stack_begin = reinterpret_cast<Addr>(begin);
    thread.stack_end = thread.stack_begin + size;
    if (thread.tls_begin > thread.stack_begin && thread.tls_begin < thread.stack_end) {
      thread.stack_end = thread.tls_begin;
    }
  }
  pthread_attr_destroy(&attributes);
}

}  // namespace hbsan
