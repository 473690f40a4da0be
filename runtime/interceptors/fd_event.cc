// Descriptors that report events: eventfd, timerfd, signalfd, inotify, epoll, poll and select.
//
//   eventfd_write, write -> eventfd_read, read   as any stream
//   timerfd_settime -> the read that returns its expirations
//   epoll_ctl -> the epoll_wait that reports it: the event's data tells which one that was
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

#include <csignal>
#include <cstddef>

#include "runtime/descriptors.h"
#include "runtime/interceptors/accesses.h"
#include "runtime/interceptors/transfers.h"
#include "runtime/real.h"
#include "runtime/runtime.h"

using hbsan::Addr;
using hbsan::DescriptorOpened;
using hbsan::DescriptorOpenedWith;
using hbsan::InRuntime;
using hbsan::ReadMemory;
using hbsan::ReadObject;
using hbsan::StreamId;
using hbsan::UseDescriptor;
using hbsan::WriteMemory;
using hbsan::WriteObject;

INTERCEPTOR(int, eventfd, unsigned count, int flags) {
  const int fd = REAL(eventfd)(count, flags);
  DescriptorOpened(HBSAN_CALLER_PC(), fd);
  return fd;
}

INTERCEPTOR(int, eventfd_write, int fd, eventfd_t value) {
  hbsan::BeforeSending(HBSAN_CALLER_PC(), fd, nullptr, 0);
  return REAL(eventfd_write)(fd, value);
}

INTERCEPTOR(int, eventfd_read, int fd, eventfd_t* value) {
  hbsan::BeforeReceiving(HBSAN_CALLER_PC(), fd);
  const int result = REAL(eventfd_read)(fd, value);
  if (result == 0) hbsan::AfterReceiving(HBSAN_CALLER_PC(), fd, value, sizeof(*value));
  return result;
}

namespace {

// With a stream of its own, which nobody else can name.
int OpenedWithStream(std::uintptr_t pc, int fd) {
  if (fd >= 0 && !InRuntime()) DescriptorOpenedWith(pc, fd, {.in = hbsan::NewStream(), .out = {}});
  return fd;
}

}  // namespace

INTERCEPTOR(int, timerfd_create, int clock, int flags) {
  return OpenedWithStream(HBSAN_CALLER_PC(), REAL(timerfd_create)(clock, flags));
}

INTERCEPTOR(int, timerfd_settime, int fd, int flags, const itimerspec* value, itimerspec* old) {
  UseDescriptor(HBSAN_CALLER_PC(), fd);
  ReadObject(HBSAN_CALLER_PC(), value);
  hbsan::SendInto(hbsan::OwnStream(fd), HBSAN_CALLER_PC());
  const int result = REAL(timerfd_settime)(fd, flags, value, old);
  if (result == 0) WriteObject(HBSAN_CALLER_PC(), old);
  return result;
}

INTERCEPTOR(int, timerfd_gettime, int fd, itimerspec* value) {
  UseDescriptor(HBSAN_CALLER_PC(), fd);
  const int result = REAL(timerfd_gettime)(fd, value);
  if (result == 0) WriteObject(HBSAN_CALLER_PC(), value);
  return result;
}

// A new descriptor, or the given one with another mask.
INTERCEPTOR(int, signalfd, int fd, const sigset_t* mask, int flags) {
  UseDescriptor(HBSAN_CALLER_PC(), fd);
  ReadObject(HBSAN_CALLER_PC(), mask);
  const int result = REAL(signalfd)(fd, mask, flags);
  if (fd < 0) DescriptorOpened(HBSAN_CALLER_PC(), result);
  return result;
}

INTERCEPTOR(int, inotify_init) {
  const int fd = REAL(inotify_init)();
  DescriptorOpened(HBSAN_CALLER_PC(), fd);
  return fd;
}

INTERCEPTOR(int, inotify_init1, int flags) {
  const int fd = REAL(inotify_init1)(flags);
  DescriptorOpened(HBSAN_CALLER_PC(), fd);
  return fd;
}

INTERCEPTOR(int, inotify_add_watch, int fd, const char* path, std::uint32_t mask) {
  UseDescriptor(HBSAN_CALLER_PC(), fd);
  hbsan::ReadString(HBSAN_CALLER_PC(), path);
  return REAL(inotify_add_watch)(fd, path, mask);
}

// --- epoll ---

INTERCEPTOR(int, epoll_create, int size) {
  return OpenedWithStream(HBSAN_CALLER_PC(), REAL(epoll_create)(size));
}

INTERCEPTOR(int, epoll_create1, int flags) {
  return OpenedWithStream(HBSAN_CALLER_PC(), REAL(epoll_create1)(flags));
}

namespace {

// Where the epoll_ctl that registered `data` and the wait that reports it meet. 0: the epoll
// descriptor is not one we saw made.
Addr Registration(int epoll, const epoll_event& event) {
  const StreamId own = hbsan::OwnStream(epoll);
  if (own.value == 0) return 0;
  hbsan::StreamHash hash(hbsan::AddressOf(own));
  hash << event.data.u64;
  return hbsan::RendezvousAddress(hash.key());
}

void Reported(std::uintptr_t pc, int epoll, epoll_event* events, int count) {
  if (count <= 0 || InRuntime()) return;
  WriteMemory(pc, events, static_cast<std::size_t>(count) * sizeof(*events));
  for (int i = 0; i < count; ++i) {
    if (const Addr place = Registration(epoll, events[i])) hbsan::AcquireAt(place);
  }
}

}  // namespace

INTERCEPTOR(int, epoll_ctl, int epoll, int operation, int fd, epoll_event* event) {
  const std::uintptr_t pc = HBSAN_CALLER_PC();
  UseDescriptor(pc, epoll);
  UseDescriptor(pc, fd);
  if (operation != EPOLL_CTL_DEL && event != nullptr && !InRuntime()) {
    ReadObject(pc, event);
    if (const Addr place = Registration(epoll, *event)) hbsan::ReleaseAt(place, pc);
  }
  return REAL(epoll_ctl)(epoll, operation, fd, event);
}

INTERCEPTOR(int, epoll_wait, int epoll, epoll_event* events, int room, int timeout) {
  UseDescriptor(HBSAN_CALLER_PC(), epoll);
  const int count = REAL(epoll_wait)(epoll, events, room, timeout);
  Reported(HBSAN_CALLER_PC(), epoll, events, count);
  return count;
}

INTERCEPTOR(int, epoll_pwait, int epoll, epoll_event* events, int room, int timeout,
            const sigset_t* mask) {
  UseDescriptor(HBSAN_CALLER_PC(), epoll);
  ReadObject(HBSAN_CALLER_PC(), mask);
  const int count = REAL(epoll_pwait)(epoll, events, room, timeout, mask);
  Reported(HBSAN_CALLER_PC(), epoll, events, count);
  return count;
}

INTERCEPTOR(int, epoll_pwait2, int epoll, epoll_event* events, int room, const timespec* timeout,
            const sigset_t* mask) {
  UseDescriptor(HBSAN_CALLER_PC(), epoll);
  ReadObject(HBSAN_CALLER_PC(), timeout);
  ReadObject(HBSAN_CALLER_PC(), mask);
  const int count = REAL(epoll_pwait2)(epoll, events, room, timeout, mask);
  Reported(HBSAN_CALLER_PC(), epoll, events, count);
  return count;
}

// --- poll and select ---

namespace {

// The kernel reads fd and events, and writes revents.
void BeforePoll(std::uintptr_t pc, const pollfd* fds, nfds_t count) {
  if (InRuntime()) return;
  for (nfds_t i = 0; i < count; ++i) {
    ReadMemory(pc, &fds[i], offsetof(pollfd, revents));
    UseDescriptor(pc, fds[i].fd);
  }
}

void AfterPoll(std::uintptr_t pc, pollfd* fds, nfds_t count) {
  for (nfds_t i = 0; i < count; ++i) WriteObject(pc, &fds[i].revents);
}

void UseSet(std::uintptr_t pc, int count, fd_set* set) {
  if (set == nullptr || count <= 0) return;
  // Updated in place, in whole words.
  constexpr int kWordBits = 8 * sizeof(fd_mask);
  WriteMemory(pc, set,
              static_cast<std::size_t>((count + kWordBits - 1) / kWordBits) * sizeof(fd_mask));
}

}  // namespace

INTERCEPTOR(int, poll, pollfd* fds, nfds_t count, int timeout) {
  BeforePoll(HBSAN_CALLER_PC(), fds, count);
  const int ready = REAL(poll)(fds, count, timeout);
  AfterPoll(HBSAN_CALLER_PC(), fds, count);
  return ready;
}

INTERCEPTOR(int, __poll_chk, pollfd* fds, nfds_t count, int timeout, std::size_t room) {
  BeforePoll(HBSAN_CALLER_PC(), fds, count);
  const int ready = REAL(__poll_chk)(fds, count, timeout, room);
  AfterPoll(HBSAN_CALLER_PC(), fds, count);
  return ready;
}

INTERCEPTOR(int, ppoll, pollfd* fds, nfds_t count, const timespec* timeout, const sigset_t* mask) {
  BeforePoll(HBSAN_CALLER_PC(), fds, count);
  ReadObject(HBSAN_CALLER_PC(), timeout);
  ReadObject(HBSAN_CALLER_PC(), mask);
  const int ready = REAL(ppoll)(fds, count, timeout, mask);
  AfterPoll(HBSAN_CALLER_PC(), fds, count);
  return ready;
}

INTERCEPTOR(int, select, int count, fd_set* reads, fd_set* writes, fd_set* errors,
            timeval* timeout) {
  for (fd_set* set : {reads, writes, errors}) UseSet(HBSAN_CALLER_PC(), count, set);
  WriteObject(HBSAN_CALLER_PC(), timeout);
  return REAL(select)(count, reads, writes, errors, timeout);
}

INTERCEPTOR(int, pselect, int count, fd_set* reads, fd_set* writes, fd_set* errors,
            const timespec* timeout, const sigset_t* mask) {
  for (fd_set* set : {reads, writes, errors}) UseSet(HBSAN_CALLER_PC(), count, set);
  ReadObject(HBSAN_CALLER_PC(), timeout);
  ReadObject(HBSAN_CALLER_PC(), mask);
  return REAL(pselect)(count, reads, writes, errors, timeout, mask);
}
