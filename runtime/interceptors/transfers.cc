#include "runtime/interceptors/transfers.h"

#include <algorithm>

#include "runtime/descriptor_streams.h"
#include "runtime/interceptors/accesses.h"
#include "runtime/runtime.h"

namespace hbsan {

void BeforeSending(std::uintptr_t pc, int fd, const void* data, std::size_t size) {
  UseDescriptor(pc, fd);
  ReadMemory(pc, data, size);
  SendThrough(pc, fd);
}

void AfterReceiving(std::uintptr_t pc, int fd, void* buffer, ssize_t received) {
  if (received < 0) return;
  ReceiveThrough(fd);
  WriteMemory(pc, buffer, static_cast<std::size_t>(received));
}

void Gather(std::uintptr_t pc, const iovec* parts, std::size_t count) {
  ReadMemory(pc, parts, count * sizeof(iovec));
  for (std::size_t i = 0; i < count; ++i) ReadMemory(pc, parts[i].iov_base, parts[i].iov_len);
}

void Scatter(std::uintptr_t pc, const iovec* parts, std::size_t count, std::size_t size) {
  ReadMemory(pc, parts, count * sizeof(iovec));
  for (std::size_t i = 0; i < count && size != 0; ++i) {
    const std::size_t part = std::min(parts[i].iov_len, size);
    WriteMemory(pc, parts[i].iov_base, part);
    size -= part;
  }
}

void BeforeSendingParts(std::uintptr_t pc, int fd, const msghdr& message) {
  if (InRuntime()) return;
  UseDescriptor(pc, fd);
  ReadMemory(pc, message.msg_name, message.msg_namelen);
  ReadMemory(pc, message.msg_control, message.msg_controllen);
  for (std::size_t i = 0; i < message.msg_iovlen; ++i) {
    ReadMemory(pc, message.msg_iov[i].iov_base, message.msg_iov[i].iov_len);
  }
  const StreamKey to =
      KeyOfAddress(static_cast<const sockaddr*>(message.msg_name), message.msg_namelen);
  if (to != StreamKey{}) {
    SendInto(to, pc);
  } else {
    SendThrough(pc, fd);
  }
}

namespace {

// SCM_RIGHTS: the kernel handed out descriptors.
void OpenPassedDescriptors(std::uintptr_t pc, msghdr* message) {
  for (cmsghdr* c = CMSG_FIRSTHDR(message); c != nullptr; c = CMSG_NXTHDR(message, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    const int* fds = reinterpret_cast<const int*>(CMSG_DATA(c));
    for (std::size_t i = 0; i < count; ++i) DescriptorOpened(pc, fds[i]);
  }
}

}  // namespace

void AfterReceivingMessage(std::uintptr_t pc, int fd, msghdr* message, ssize_t received) {
  if (received < 0 || InRuntime()) return;
  ReceiveThrough(fd);
  WriteMemory(pc, message, sizeof(*message));
  WriteMemory(pc, message->msg_name, message->msg_namelen);
  WriteMemory(pc, message->msg_control, message->msg_controllen);
  Scatter(pc, message->msg_iov, message->msg_iovlen, static_cast<std::size_t>(received));
  OpenPassedDescriptors(pc, message);
}

}  // namespace hbsan
