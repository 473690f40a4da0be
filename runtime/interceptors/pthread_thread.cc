// pthread_join and its timed forms, pthread_detach, pthread_setname_np.
#include <pthread.h>

#include <algorithm>
#include <cstring>

#include "runtime/interceptors/threads.h"
#include "runtime/real.h"
#include "runtime/sys.h"

INTERCEPTOR(int, pthread_join, pthread_t handle, void** result) {
  return hbsan::JoinPthread(handle, HBSAN_CALLER_PC(),
                            [&] { return REAL(pthread_join)(handle, result); });
}

INTERCEPTOR(int, pthread_tryjoin_np, pthread_t handle, void** result) {
  return hbsan::JoinPthread(handle, HBSAN_CALLER_PC(),
                            [&] { return REAL(pthread_tryjoin_np)(handle, result); });
}

INTERCEPTOR(int, pthread_timedjoin_np, pthread_t handle, void** result, const timespec* deadline) {
  return hbsan::JoinPthread(handle, HBSAN_CALLER_PC(),
                            [&] { return REAL(pthread_timedjoin_np)(handle, result, deadline); });
}

INTERCEPTOR(int, pthread_clockjoin_np, pthread_t handle, void** result, clockid_t clock,
            const timespec* deadline) {
  return hbsan::JoinPthread(handle, HBSAN_CALLER_PC(), [&] {
    return REAL(pthread_clockjoin_np)(handle, result, clock, deadline);
  });
}

INTERCEPTOR(int, pthread_detach, pthread_t handle) {
  if (hbsan::InRuntime()) return REAL(pthread_detach)(handle);
  const int error = hbsan::DetachPthread(handle, HBSAN_CALLER_PC());
  return error != 0 ? error : REAL(pthread_detach)(handle);
}

INTERCEPTOR(int, pthread_setname_np, pthread_t handle, const char* name) {
  const int result = REAL(pthread_setname_np)(handle, name);
  if (result != 0 || hbsan::InRuntime()) return result;
  const auto set = [](hbsan::ThreadInfo& thread, void* given) {
    const auto* text = static_cast<const char*>(given);
    const std::size_t length = std::min(strlen(text), sizeof(thread.name) - 1);
    memcpy(thread.name, text, length);
    thread.name[length] = '\0';
  };
  for (;; hbsan::sys::Yield()) {
    hbsan::RuntimeScope scope;
    const hbsan::Handle kind = hbsan::VisitThread(handle, set, const_cast<char*>(name));
    if (kind != hbsan::Handle::kNotYet) return result;
  }
}
