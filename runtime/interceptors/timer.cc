// POSIX timers that notify by a thread (SIGEV_THREAD): timer_create and the latest timer_settime →
// the notification. glibc starts those threads itself, unseen.
#include <csignal>
#include <ctime>

#include "runtime/address_space.h"
#include "runtime/interceptors/sync_ops.h"
#include "runtime/real.h"
#include "runtime/runtime.h"
#include "runtime/sys.h"

namespace hbsan {
namespace {

// Never given back: a notification may still be under way when its timer is deleted.
struct Notification {
  void (*function)(sigval);
  sigval value;
  timer_t timer;
};
constexpr std::uint32_t kMaxNotifications = 1u << 20;
Pool<Notification> notifications;
SpinLock notifications_lock;
bool notifications_ready = false;

std::uint32_t NewNotification(const sigevent& event) {
  static constexpr Host kHost = {.reserve = ReserveAddressSpace,
                                 .discard = sys::Discard,
                                 .wait_quiescent = nullptr,
                                 .forget_thread = nullptr,
                                 .fatal = [](const char* what) { sys::Fatal(what); }};
  SpinLockHolder hold(notifications_lock);
  if (!notifications_ready) {
    notifications.Init(kHost, kMaxNotifications, "too many timers that start threads");
    notifications_ready = true;
  }
  const std::uint32_t index = notifications.Allocate();
  notifications[index] = {event.sigev_notify_function, event.sigev_value, nullptr};
  return index;
}

void SetTimer(std::uint32_t index, timer_t timer) {
  SpinLockHolder hold(notifications_lock);
  notifications[index].timer = timer;
}

// The newest one: earlier timers of the same name were deleted. 0: it does not start threads.
std::uint32_t NotificationOf(timer_t timer) {
  SpinLockHolder hold(notifications_lock);
  if (!notifications_ready) return 0;
  for (std::uint32_t i = notifications.high_water(); i > 0; --i) {
    if (notifications[i].timer == timer) return i;
  }
  return 0;
}

Addr SyncOf(std::uint32_t index) { return AbstractAddress(SyncSpace::kMisc, index); }

void Notify(sigval index) {
  const Notification& notification = notifications[static_cast<std::uint32_t>(index.sival_int)];
  AcquireAt(SyncOf(static_cast<std::uint32_t>(index.sival_int)));
  notification.function(notification.value);
}

}  // namespace
}  // namespace hbsan

INTERCEPTOR_VERSION(int, timer_create, "GLIBC_2.3.3", clockid_t clock, sigevent* event,
                    timer_t* timer) {
  if (hbsan::InRuntime() || event == nullptr || event->sigev_notify != SIGEV_THREAD) {
    return REAL(timer_create)(clock, event, timer);
  }
  std::uint32_t index;
  {
    hbsan::RuntimeScope scope;
    index = hbsan::NewNotification(*event);
    hbsan::ReleaseStore(scope, hbsan::SyncOf(index), HBSAN_CALLER_PC());
  }
  sigevent ours = *event;
  ours.sigev_notify_function = hbsan::Notify;
  ours.sigev_value.sival_int = static_cast<int>(index);
  const int result = REAL(timer_create)(clock, &ours, timer);
  if (result == 0) {
    hbsan::RuntimeScope scope;
    hbsan::SetTimer(index, *timer);
  }
  return result;
}

INTERCEPTOR_VERSION(int, timer_settime, "GLIBC_2.3.3", timer_t timer, int flags,
                    const itimerspec* value, itimerspec* old) {
  const std::uintptr_t pc = HBSAN_CALLER_PC();
  hbsan::CheckMemory(pc, hbsan::AccessKind::kRead, value, sizeof(*value));
  if (!hbsan::InRuntime()) {
    hbsan::RuntimeScope scope;
    const std::uint32_t index = hbsan::NotificationOf(timer);
    if (index != 0) hbsan::Release(scope, hbsan::SyncOf(index), pc);
  }
  const int result = REAL(timer_settime)(timer, flags, value, old);
  if (result == 0 && old != nullptr) {
    hbsan::CheckMemory(pc, hbsan::AccessKind::kWrite, old, sizeof(*old));
  }
  return result;
}
