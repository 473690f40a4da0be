// What interceptors of library functions say about the memory that those functions read and write.
#ifndef HBSAN_RUNTIME_INTERCEPTORS_ACCESSES_H_
#define HBSAN_RUNTIME_INTERCEPTORS_ACCESSES_H_

#include <cstddef>
#include <cstdint>

#include "runtime/loaded_modules.h"
#include "runtime/runtime.h"

namespace hbsan {

inline MemoryAccess ReadOf(const volatile void* p, std::size_t size) {
  return {AccessKind::kRead, p, IsConstant(p, size) ? 0 : size};
}
inline void ReadMemory(std::uintptr_t pc, const volatile void* p, std::size_t size) {
  if (!IsConstant(p, size)) CheckMemory(pc, AccessKind::kRead, p, size);
}
inline void WriteMemory(std::uintptr_t pc, volatile void* p, std::size_t size) {
  CheckMemory(pc, AccessKind::kWrite, p, size);
}
// Both, or two reads, of one function.
inline void CopyMemory(std::uintptr_t pc, volatile void* to, const volatile void* from,
                       std::size_t size) {
  CheckMemory(pc, ReadOf(from, size), {AccessKind::kWrite, to, size});
}
inline void CompareMemory(std::uintptr_t pc, const volatile void* a, const volatile void* b,
                          std::size_t size) {
  CheckMemory(pc, ReadOf(a, size), ReadOf(b, size));
}

// Of functions whose result or argument may be absent.
template <typename T>
void ReadObject(std::uintptr_t pc, const T* p) {
  if (p != nullptr) ReadMemory(pc, p, sizeof(T));
}
template <typename T>
void WriteObject(std::uintptr_t pc, T* p) {
  if (p != nullptr) WriteMemory(pc, p, sizeof(T));
}

// Of a string with its terminator. Strings are measured by hand: the C library's strlen may be an
// interceptor.
template <typename Char>
std::size_t Length(const Char* s) {
  std::size_t n = 0;
  while (s[n] != 0) ++n;
  return n;
}
template <typename Char>
std::size_t BoundedLength(const Char* s, std::size_t limit) {
  std::size_t n = 0;
  while (n < limit && s[n] != 0) ++n;
  return n;
}
template <typename Char>
void ReadString(std::uintptr_t pc, const Char* s) {
  if (s != nullptr && !InRuntime()) ReadMemory(pc, s, (Length(s) + 1) * sizeof(Char));
}
template <typename Char>
void WriteString(std::uintptr_t pc, Char* s) {
  if (s != nullptr && !InRuntime()) WriteMemory(pc, s, (Length(s) + 1) * sizeof(Char));
}
// At most `limit` characters, the terminator included if it comes before.
template <typename Char>
void ReadBounded(std::uintptr_t pc, const Char* s, std::size_t limit) {
  if (InRuntime()) return;
  const std::size_t n = BoundedLength(s, limit);
  ReadMemory(pc, s, (n < limit ? n + 1 : limit) * sizeof(Char));
}

// The caller of an interceptor in the shadow call stack, for as long as the real function may call
// back into the program: without it the calling function would be missing in the stacks of what the
// callback does.
class CallerFrame {
 public:
  explicit CallerFrame(std::uintptr_t pc) : top_(__hbsan_hot.stack_top) {
    if (top_ == nullptr) return;
    __hbsan_hot.stack_top = top_ + 1;  // first: a signal handler pushes above
    std::atomic_signal_fence(std::memory_order_seq_cst);
    top_->return_address = pc;
    top_->node = 0;
  }
  ~CallerFrame() {
    if (top_ != nullptr) __hbsan_hot.stack_top = top_;
  }
  CallerFrame(const CallerFrame&) = delete;
  CallerFrame& operator=(const CallerFrame&) = delete;

 private:
  Frame* top_;
};

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_INTERCEPTORS_ACCESSES_H_
