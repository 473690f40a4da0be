// Sockets. connect -> the accept that returns its connection: they meet at the server's address.
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <ctime>

#include "runtime/descriptor_streams.h"
#include "runtime/descriptors.h"
#include "runtime/interceptors/accesses.h"
#include "runtime/interceptors/transfers.h"
#include "runtime/real.h"
#include "runtime/runtime.h"

using hbsan::Addr;
using hbsan::DescriptorOpened;
using hbsan::Endpoint;
using hbsan::InRuntime;
using hbsan::ReadMemory;
using hbsan::StreamKey;
using hbsan::UseDescriptor;
using hbsan::WriteMemory;
using hbsan::WriteObject;

INTERCEPTOR(int, socket, int domain, int type, int protocol) {
  const int fd = REAL(socket)(domain, type, protocol);
  DescriptorOpened(HBSAN_CALLER_PC(), fd);
  return fd;
}

INTERCEPTOR(int, socketpair, int domain, int type, int protocol, int* fds) {
  const std::uintptr_t pc = HBSAN_CALLER_PC();
  const int result = REAL(socketpair)(domain, type, protocol, fds);
  if (result != 0 || InRuntime()) return result;
  WriteMemory(pc, fds, 2 * sizeof(int));
  hbsan::DescriptorStreams ends[2];
  hbsan::IdentifySocketPair({fds[0], fds[1]}, ends);
  for (int i = 0; i < 2; ++i) hbsan::DescriptorOpenedWith(pc, fds[i], ends[i]);
  return result;
}

namespace {

Addr MeetingPoint(StreamKey server) {
  return hbsan::RendezvousAddress(
      (hbsan::StreamHash(static_cast<std::uint64_t>(server)) << 1).key());
}

// `address` and `size` are those of the call, and may be null.
void WriteAddress(std::uintptr_t pc, sockaddr* address, socklen_t* size, socklen_t room) {
  if (address == nullptr || size == nullptr) return;
  WriteMemory(pc, address, std::min(*size, room));
  WriteObject(pc, size);
}

socklen_t RoomFor(std::uintptr_t pc, const sockaddr* address, const socklen_t* size) {
  if (address == nullptr || size == nullptr) return 0;
  hbsan::ReadObject(pc, size);
  return *size;
}

int Accepted(std::uintptr_t pc, int listener, int fd, sockaddr* address, socklen_t* size,
             socklen_t room) {
  if (fd < 0 || InRuntime()) return fd;
  if (const StreamKey server = hbsan::KeyOfSocket(listener, Endpoint::kLocal);
      server != StreamKey{}) {
    hbsan::AcquireAt(MeetingPoint(server));
  }
  DescriptorOpened(pc, fd);
  WriteAddress(pc, address, size, room);
  return fd;
}

}  // namespace

INTERCEPTOR(int, accept, int listener, sockaddr* address, socklen_t* size) {
  const std::uintptr_t pc = HBSAN_CALLER_PC();
  UseDescriptor(pc, listener);
  const socklen_t room = RoomFor(pc, address, size);
  return Accepted(pc, listener, REAL(accept)(listener, address, size), address, size, room);
}

INTERCEPTOR(int, accept4, int listener, sockaddr* address, socklen_t* size, int flags) {
  const std::uintptr_t pc = HBSAN_CALLER_PC();
  UseDescriptor(pc, listener);
  const socklen_t room = RoomFor(pc, address, size);
  return Accepted(pc, listener, REAL(accept4)(listener, address, size, flags), address, size, room);
}

INTERCEPTOR(int, connect, int fd, const sockaddr* address, socklen_t size) {
  const std::uintptr_t pc = HBSAN_CALLER_PC();
  UseDescriptor(pc, fd);
  ReadMemory(pc, address, size);
  if (!InRuntime()) {
    const StreamKey server = hbsan::KeyOfAddress(address, size);
    if (server != StreamKey{}) hbsan::ReleaseAt(MeetingPoint(server), pc);
  }
  return REAL(connect)(fd, address, size);
}

INTERCEPTOR(int, bind, int fd, const sockaddr* address, socklen_t size) {
  UseDescriptor(HBSAN_CALLER_PC(), fd);
  ReadMemory(HBSAN_CALLER_PC(), address, size);
  return REAL(bind)(fd, address, size);
}

INTERCEPTOR(int, listen, int fd, int backlog) {
  UseDescriptor(HBSAN_CALLER_PC(), fd);
  return REAL(listen)(fd, backlog);
}

// Like a close, it shows at the other end as an end of file.
INTERCEPTOR(int, shutdown, int fd, int how) {
  hbsan::BeforeSending(HBSAN_CALLER_PC(), fd, nullptr, 0);
  return REAL(shutdown)(fd, how);
}

#define HBSAN_SOCKET_NAME(name)                                        \
  INTERCEPTOR(int, name, int fd, sockaddr* address, socklen_t* size) { \
    const std::uintptr_t pc = HBSAN_CALLER_PC();                       \
    UseDescriptor(pc, fd);                                             \
    const socklen_t room = RoomFor(pc, address, size);                 \
    const int result = REAL(name)(fd, address, size);                  \
    if (result == 0) WriteAddress(pc, address, size, room);            \
    return result;                                                     \
  }

HBSAN_SOCKET_NAME(getsockname)
HBSAN_SOCKET_NAME(getpeername)

INTERCEPTOR(int, getsockopt, int fd, int level, int option, void* value, socklen_t* size) {
  UseDescriptor(HBSAN_CALLER_PC(), fd);
  hbsan::ReadObject(HBSAN_CALLER_PC(), size);
  const int result = REAL(getsockopt)(fd, level, option, value, size);
  if (result == 0 && size != nullptr) {
    WriteMemory(HBSAN_CALLER_PC(), value, *size);
    WriteObject(HBSAN_CALLER_PC(), size);
  }
  return result;
}

INTERCEPTOR(int, setsockopt, int fd, int level, int option, const void* value, socklen_t size) {
  UseDescriptor(HBSAN_CALLER_PC(), fd);
  ReadMemory(HBSAN_CALLER_PC(), value, size);
  return REAL(setsockopt)(fd, level, option, value, size);
}

// --- Data ---

INTERCEPTOR(ssize_t, send, int fd, const void* data, std::size_t size, int flags) {
  hbsan::BeforeSending(HBSAN_CALLER_PC(), fd, data, size);
  return REAL(send)(fd, data, size, flags);
}

INTERCEPTOR(ssize_t, sendto, int fd, const void* data, std::size_t size, int flags,
            const sockaddr* to, socklen_t to_size) {
  const std::uintptr_t pc = HBSAN_CALLER_PC();
  if (!InRuntime()) {
    const iovec part = {const_cast<void*>(data), size};
    msghdr message = {};
    message.msg_name = const_cast<sockaddr*>(to);
    message.msg_namelen = to == nullptr ? 0 : to_size;
    message.msg_iov = const_cast<iovec*>(&part);
    message.msg_iovlen = 1;
    hbsan::BeforeSendingParts(pc, fd, message);
  }
  return REAL(sendto)(fd, data, size, flags, to, to_size);
}

INTERCEPTOR(ssize_t, sendmsg, int fd, const msghdr* message, int flags) {
  ReadMemory(HBSAN_CALLER_PC(), message, sizeof(*message));
  hbsan::BeforeSendingParts(HBSAN_CALLER_PC(), fd, *message);
  return REAL(sendmsg)(fd, message, flags);
}

INTERCEPTOR(int, sendmmsg, int fd, mmsghdr* messages, unsigned count, int flags) {
  const std::uintptr_t pc = HBSAN_CALLER_PC();
  ReadMemory(pc, messages, count * sizeof(*messages));
  for (unsigned i = 0; i < count; ++i) hbsan::BeforeSendingParts(pc, fd, messages[i].msg_hdr);
  const int sent = REAL(sendmmsg)(fd, messages, count, flags);
  for (int i = 0; i < sent; ++i) WriteObject(pc, &messages[i].msg_len);
  return sent;
}

#define HBSAN_RECV(name, parameters, ...)                                           \
  INTERCEPTOR(ssize_t, name, int fd, void* buffer, std::size_t size parameters) {   \
    const std::uintptr_t pc = HBSAN_CALLER_PC();                                    \
    hbsan::BeforeReceiving(pc, fd);                                                 \
    const ssize_t n = REAL(name)(fd, buffer, size, __VA_ARGS__);                    \
    hbsan::AfterReceiving(pc, fd, buffer, std::min(n, static_cast<ssize_t>(size))); \
    return n;                                                                       \
  }
#define HBSAN_LIST(...) , __VA_ARGS__

HBSAN_RECV(recv, HBSAN_LIST(int flags), flags)
HBSAN_RECV(__recv_chk, HBSAN_LIST(std::size_t room, int flags), room, flags)

INTERCEPTOR(ssize_t, recvfrom, int fd, void* buffer, std::size_t size, int flags, sockaddr* from,
            socklen_t* from_size) {
  const std::uintptr_t pc = HBSAN_CALLER_PC();
  hbsan::BeforeReceiving(pc, fd);
  const socklen_t room = RoomFor(pc, from, from_size);
  const ssize_t n = REAL(recvfrom)(fd, buffer, size, flags, from, from_size);
  hbsan::AfterReceiving(pc, fd, buffer, std::min(n, static_cast<ssize_t>(size)));
  if (n >= 0) WriteAddress(pc, from, from_size, room);
  return n;
}

INTERCEPTOR(ssize_t, __recvfrom_chk, int fd, void* buffer, std::size_t size,
            std::size_t buffer_room, int flags, sockaddr* from, socklen_t* from_size) {
  const std::uintptr_t pc = HBSAN_CALLER_PC();
  hbsan::BeforeReceiving(pc, fd);
  const socklen_t room = RoomFor(pc, from, from_size);
  const ssize_t n = REAL(__recvfrom_chk)(fd, buffer, size, buffer_room, flags, from, from_size);
  hbsan::AfterReceiving(pc, fd, buffer, std::min(n, static_cast<ssize_t>(size)));
  if (n >= 0) WriteAddress(pc, from, from_size, room);
  return n;
}

INTERCEPTOR(ssize_t, recvmsg, int fd, msghdr* message, int flags) {
  const std::uintptr_t pc = HBSAN_CALLER_PC();
  hbsan::BeforeReceiving(pc, fd);
  ReadMemory(pc, message, sizeof(*message));
  const ssize_t n = REAL(recvmsg)(fd, message, flags);
  hbsan::AfterReceivingMessage(pc, fd, message, n);
  return n;
}

INTERCEPTOR(int, recvmmsg, int fd, mmsghdr* messages, unsigned count, int flags,
            timespec* timeout) {
  const std::uintptr_t pc = HBSAN_CALLER_PC();
  hbsan::BeforeReceiving(pc, fd);
  ReadMemory(pc, messages, count * sizeof(*messages));
  const int received = REAL(recvmmsg)(fd, messages, count, flags, timeout);
  for (int i = 0; i < received; ++i) {
    WriteObject(pc, &messages[i].msg_len);
    hbsan::AfterReceivingMessage(pc, fd, &messages[i].msg_hdr, messages[i].msg_len);
  }
  return received;
}
