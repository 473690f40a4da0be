// FILE streams as descriptors. A FILE's own fields are the C library's business, guarded by its
// internal locks, and are never accesses; those locks order nothing.
#ifndef HBSAN_RUNTIME_INTERCEPTORS_STDIO_FILES_H_
#define HBSAN_RUNTIME_INTERCEPTORS_STDIO_FILES_H_

#include <cstdint>
#include <cstdio>

#include "runtime/descriptors.h"
#include "runtime/runtime.h"

namespace hbsan {

// The descriptor below a FILE; -1 if there is none (fmemopen).
int DescriptorOf(std::FILE* file);

// Output goes, sooner or later and by whoever flushes, into the descriptor's stream.
inline void BeforeOutput(std::uintptr_t pc, std::FILE* file) {
  if (file == nullptr || InRuntime()) return;
  const int fd = DescriptorOf(file);
  UseDescriptor(pc, fd);
  SendThrough(pc, fd);
}

inline void BeforeInput(std::uintptr_t pc, std::FILE* file) {
  if (file != nullptr && !InRuntime()) UseDescriptor(pc, DescriptorOf(file));
}

inline void AfterInput(std::FILE* file) {
  if (file != nullptr && !InRuntime()) ReceiveThrough(DescriptorOf(file));
}

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_INTERCEPTORS_STDIO_FILES_H_
