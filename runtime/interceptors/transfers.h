// Data that moves between memory and descriptors: the accesses and edges that all of read, recv,
// send, write and their vector forms have in common.
#ifndef HBSAN_RUNTIME_INTERCEPTORS_TRANSFERS_H_
#define HBSAN_RUNTIME_INTERCEPTORS_TRANSFERS_H_

#include <sys/socket.h>
#include <sys/uio.h>

#include <cstddef>
#include <cstdint>

#include "runtime/descriptors.h"

namespace hbsan {

// Before the call. The data itself is read by Gather, or is not in memory.
inline void BeforeReceiving(std::uintptr_t pc, int fd) { UseDescriptor(pc, fd); }
void BeforeSending(std::uintptr_t pc, int fd, const void* data, std::size_t size);

// After the call, which returned `received`; negative: it failed, and there is nothing to do.
void AfterReceiving(std::uintptr_t pc, int fd, void* buffer, ssize_t received);

// Of vectors, at most `size` bytes.
void Gather(std::uintptr_t pc, const iovec* parts, std::size_t count);
void Scatter(std::uintptr_t pc, const iovec* parts, std::size_t count, std::size_t size);

// Of messages: all that a sendmsg reads, but for the header itself; all that a recvmsg wrote, and
// the descriptors that came along.
void BeforeSendingParts(std::uintptr_t pc, int fd, const msghdr& message);
void AfterReceivingMessage(std::uintptr_t pc, int fd, msghdr* message, ssize_t received);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_INTERCEPTORS_TRANSFERS_H_
