// mremap(2). A mapping that moves takes its history along, so that a race across the move is found,
// with both stacks. The move itself is no access.
//
// The target is chosen, and the history moved, before the kernel moves the pages: from then on the
// old addresses may be another thread's.
#include <sys/mman.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstdarg>
#include <cstddef>

#include "runtime/mapping_keys.h"
#include "runtime/memory_life.h"
#include "runtime/real.h"
#include "runtime/runtime.h"
#include "runtime/sys.h"

namespace hbsan {
namespace {

constexpr std::size_t kPage = 4096;

std::size_t WholePages(std::size_t size) { return (size + kPage - 1) & ~(kPage - 1); }

struct Move {
  Addr from;
  std::size_t old_size;
  std::size_t new_size;
  int flags;
  Addr to;  // if flags has MREMAP_FIXED

  long Call(Addr target, int with_flags) const {
    return sys::Call(SYS_mremap, static_cast<long>(from), static_cast<long>(old_size),
                     static_cast<long>(new_size), with_flags, static_cast<long>(target));
  }
};

void MoveHistory(Addr from, Addr to, std::size_t size) {
  if (size == 0) return;
  RuntimeScope scope;
  TheDetector().MoveMemory(scope.thread(), from, to, size);
}

// The mapping stays where it is and shrinks or grows there.
long Resize(std::uintptr_t pc, const Move& move) {
  if (move.new_size < move.old_size) {
    CheckGone(pc, move.from + move.new_size, move.old_size - move.new_size);
    MakeFresh(move.from + move.new_size, move.old_size - move.new_size);
  }
  const long result = move.Call(0, move.flags & ~MREMAP_MAYMOVE);
  if (result >= 0 && move.new_size > move.old_size) {
    ClaimKeys(move.from + move.old_size, move.new_size - move.old_size);
    MakeFresh(move.from + move.old_size, move.new_size - move.old_size);
  }
  return result;
}

// To `target`, which is the program's choice or reserved by us.
long MoveTo(const Move& move, Addr target) {
  const std::size_t kept =
      std::size_t{move.old_size} < move.new_size ? move.old_size : move.new_size;
  MoveHistory(move.from, target, kept);
  const long result = move.Call(target, move.flags | MREMAP_MAYMOVE | MREMAP_FIXED);
  if (result < 0) {
    MoveHistory(target, move.from, kept);
  } else if (move.new_size > kept) {
    MakeFresh(target + kept, move.new_size - kept);
  }
  return result;
}

Addr ReserveTarget(std::size_t size) {
  Addr below = 0;
  for (;;) {
    const long p = sys::Call(
        SYS_mmap, static_cast<long>(below), static_cast<long>(size), PROT_NONE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | (below != 0 ? MAP_FIXED_NOREPLACE : 0), -1,
        0);
    const bool mapped = p > 0;
    if (mapped && ClaimKeys(static_cast<Addr>(p), size)) return static_cast<Addr>(p);
    if (mapped) sys::Unmap(reinterpret_cast<void*>(p), size);
    if (!mapped && below == 0) return 0;
    below = FreeKeysBelow(below, size);
    if (below == 0) return 0;
  }
}

long MoveToFixed(std::uintptr_t pc, const Move& move) {
  const bool overlaps = move.from < move.to + move.new_size && move.to < move.from + move.old_size;
  if (overlaps || move.to % kPage != 0) return move.Call(move.to, move.flags);  // EINVAL
  CheckGone(pc, move.to, move.new_size);
  MakeFresh(move.to, move.new_size);
  ClaimKeys(move.to, move.new_size);
  return MoveTo(move, move.to);
}

long MoveAnywhere(const Move& move) {
  const Addr target = ReserveTarget(move.new_size);
  if (target == 0) return -ENOMEM;
  MakeFresh(target, move.new_size);
  const long result = MoveTo(move, target);
  if (result < 0) sys::Unmap(reinterpret_cast<void*>(target), move.new_size);
  return result;
}

long Remap(std::uintptr_t pc, const Move& move) {
  const bool may_move = (move.flags & MREMAP_MAYMOVE) != 0;
  if (move.old_size == 0) {  // a second mapping of shared memory
    const long result = move.Call(move.to, move.flags);
    if (result > 0) MakeFresh(static_cast<Addr>(result), move.new_size);
    return result;
  }
  if ((move.flags & MREMAP_FIXED) != 0 && may_move) return MoveToFixed(pc, move);
  if ((move.flags & MREMAP_DONTUNMAP) == 0) {
    const long result = Resize(pc, move);
    if (result != -ENOMEM || !may_move) return result;
  } else if (!may_move || move.old_size != move.new_size) {
    return move.Call(move.to, move.flags);  // EINVAL
  }
  return MoveAnywhere(move);
}

}  // namespace
}  // namespace hbsan

INTERCEPTOR(void*, mremap, void* from, std::size_t old_size, std::size_t new_size, int flags, ...) {
  void* to = nullptr;
  if ((flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) != 0) {
    va_list more;
    va_start(more, flags);
    to = va_arg(more, void*);
    va_end(more);
  }
  const hbsan::Addr address = reinterpret_cast<hbsan::Addr>(from);
  if (hbsan::InRuntime() || address % hbsan::kPage != 0 || new_size == 0) {
    return REAL(mremap)(from, old_size, new_size, flags, to);
  }
  const long result = hbsan::Remap(
      HBSAN_CALLER_PC(), {address, hbsan::WholePages(old_size), hbsan::WholePages(new_size), flags,
                          reinterpret_cast<hbsan::Addr>(to)});
  if (result < 0) {
    errno = static_cast<int>(-result);
    return MAP_FAILED;
  }
  return reinterpret_cast<void*>(result);
}
