// Regions in which the program asked for its reads, its writes or its synchronisation to be ignored
// (Annotate*, mutex annotations). They nest, and belong to the thread or fiber that entered them.
//
// ThreadState::ignore_accesses counts two nestings in one word, so that access hooks test one word:
// reads in the lower half, writes in the upper one.
#ifndef HBSAN_RUNTIME_HOOKS_IGNORE_H_
#define HBSAN_RUNTIME_HOOKS_IGNORE_H_

#include <cstdint>

#include "detector/detector.h"

namespace hbsan {

inline constexpr std::uint32_t kIgnoreReads = 1;
inline constexpr std::uint32_t kIgnoreWrites = 1u << 16;
inline constexpr std::uint32_t kIgnoreAccesses = kIgnoreReads | kIgnoreWrites;

inline bool IgnoresAccess(const ThreadState& t, AccessKind kind) {
  const std::uint32_t nesting =
      kind == AccessKind::kRead ? t.ignore_accesses & 0xffff : t.ignore_accesses >> 16;
  return nesting != 0;
}
inline bool IgnoresSync(const ThreadState& t) { return t.ignore_sync != 0; }

// Begin and End, for the running thread. An End without its Begin does nothing.
inline void BeginIgnoringAccesses(ThreadState& t, AccessKind kind) {
  t.ignore_accesses += kind == AccessKind::kRead ? kIgnoreReads : kIgnoreWrites;
}
inline void EndIgnoringAccesses(ThreadState& t, AccessKind kind) {
  if (IgnoresAccess(t, kind)) {
    t.ignore_accesses -= kind == AccessKind::kRead ? kIgnoreReads : kIgnoreWrites;
  }
}
inline void BeginIgnoringSync(ThreadState& t) { ++t.ignore_sync; }
inline void EndIgnoringSync(ThreadState& t) {
  if (IgnoresSync(t)) --t.ignore_sync;
}
// Accesses and synchronisation.
inline void BeginIgnoring(ThreadState& t) {
  t.ignore_accesses += kIgnoreAccesses;
  BeginIgnoringSync(t);
}
inline void EndIgnoring(ThreadState& t) {
  EndIgnoringAccesses(t, AccessKind::kRead);
  EndIgnoringAccesses(t, AccessKind::kWrite);
  EndIgnoringSync(t);
}

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_HOOKS_IGNORE_H_
