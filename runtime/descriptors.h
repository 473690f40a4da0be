// The descriptor table: what the runtime knows of each file descriptor, and the edges and accesses
// that its use makes.
//
//   use of a descriptor        a read of the abstract object AbstractAddress(kDescriptor, fd),
//   flavor kClose close                      a write of it: a use unordered with the close is a
//   race close -> reuse             the call that hands out the number again is ordered after the
//   close write -> read              through streams (streams.h). The close of a pipe's or socket's
//   writing end counts as a write: a
//                              reader that sees end of file is ordered after it
//   readiness (poll, select)   orders nothing by itself
//
// Descriptors appear without our knowledge (inherited, passed, made by raw system calls): what a
// descriptor is is asked from the kernel at its first transfer of data. A descriptor that replaces
// an open one atomically (dup2) is no close.
#ifndef HBSAN_RUNTIME_DESCRIPTORS_H_
#define HBSAN_RUNTIME_DESCRIPTORS_H_

#include <cstdint>

#include "detector/types.h"
#include "runtime/descriptor_streams.h"
#include "runtime/streams.h"

namespace hbsan {

void InitializeDescriptors();  // called once by Initialize

// The call handed out `fd`. Each function here does nothing for a negative or huge number, and
// InRuntime().
void DescriptorOpened(std::uintptr_t pc, int fd);
// As opened, with streams that the kernel cannot tell.
void DescriptorOpenedWith(std::uintptr_t pc, int fd, const DescriptorStreams& streams);
// `fd` now stands for the same as `original`, whether or not it was open before.
void DescriptorDuplicated(std::uintptr_t pc, int original, int fd);
void UseDescriptor(std::uintptr_t pc, int fd);
// Before a call that puts something else in the place of `fd` (dup2), which is no race with its
// use.
void ReplaceDescriptor(std::uintptr_t pc, int fd);
// Around a close: before it, and after it (whatever its result: Linux frees the number unless it
// was not open).
void DescriptorClosing(std::uintptr_t pc, int fd);
void DescriptorClosed(int fd);
// One more than the largest number ever seen open.
int DescriptorLimit();

// Before data goes out through the descriptor, and after data or the end of file came in.
void SendThrough(std::uintptr_t pc, int fd);
void ReceiveThrough(int fd);
// The stream of a descriptor that was opened with one, e.g. a timer's; 0 if there is none.
StreamId OwnStream(int fd);

// For reports: the descriptor that the abstract object at `addr` stands for. False if it is none.
struct DescriptorOrigin {
  int fd = -1;
  StackId opened;  // empty: not seen
  std::uint32_t opened_by = 0;
  bool by_goroutine = false;
};
bool FindDescriptor(Addr addr, DescriptorOrigin& origin);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_DESCRIPTORS_H_
