// Mappings. Fresh ones have no history; unmapping is, like free, a write of what was used there; a
// mapping that moves takes its history along.
//
// mprotect orders nothing and is no access. Neither is madvise, MADV_DONTNEED included: allocators
// give pages back under locks of their own, and the addresses stay the same memory, so its history
// stays.
#include <sys/mman.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>

#include "runtime/descriptors.h"
#include "runtime/interceptors/accesses.h"
#include "runtime/mapping_keys.h"
#include "runtime/memory_life.h"
#include "runtime/real.h"
#include "runtime/runtime.h"
#include "runtime/sys.h"

namespace hbsan {
namespace {

constexpr std::size_t kPage = 4096;

Addr AddrOf(const void* p) { return reinterpret_cast<Addr>(p); }
std::size_t WholePages(std::size_t size) { return (size + kPage - 1) & ~(kPage - 1); }
bool IsPages(const void* p, std::size_t size) { return AddrOf(p) % kPage == 0 && size != 0; }

struct MapCall {
  std::size_t size;
  int prot, flags, fd;
  off_t offset;

  void* At(Addr address, int more_flags) const {
    const long result = sys::Call(SYS_mmap, static_cast<long>(address), static_cast<long>(size),
                                  prot, flags | more_flags, fd, offset);
    return result < 0 && result > -static_cast<long>(kPage) ? MAP_FAILED
                                                            : reinterpret_cast<void*>(result);
  }
};

// The kernel's choice `p`, or another place if its keys are in use. A place that the program
// insisted on stays.
void* KeepKeysApart(const MapCall& call, void* p) {
  if (ClaimKeys(AddrOf(p), call.size) || (call.flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) != 0) {
    return p;
  }
  for (Addr at = FreeKeysBelow(0, call.size); at != 0; at = FreeKeysBelow(at, call.size)) {
    void* other = call.At(at, MAP_FIXED_NOREPLACE);
    if (other == MAP_FAILED) continue;
    if (AddrOf(other) == at && ClaimKeys(at, call.size)) {
      sys::Unmap(p, call.size);
      return other;
    }
    sys::Unmap(other, call.size);
  }
  return p;
}

}  // namespace
}  // namespace hbsan

using hbsan::Addr;
using hbsan::AddrOf;
using hbsan::CheckGone;
using hbsan::InRuntime;
using hbsan::MakeFresh;
using hbsan::WholePages;

INTERCEPTOR(void*, mmap, void* hint, std::size_t size, int prot, int flags, int fd, off_t offset) {
  if (InRuntime()) return REAL(mmap)(hint, size, prot, flags, fd, offset);
  if ((flags & MAP_FIXED) != 0 && hbsan::IsPages(hint, size)) {
    CheckGone(HBSAN_CALLER_PC(), AddrOf(hint), WholePages(size));
  }
  if ((flags & MAP_ANONYMOUS) == 0) hbsan::UseDescriptor(HBSAN_CALLER_PC(), fd);
  void* p = REAL(mmap)(hint, size, prot, flags, fd, offset);
  if (p == MAP_FAILED) return p;
  p = hbsan::KeepKeysApart({size, prot, flags, fd, offset}, p);
  MakeFresh(AddrOf(p), WholePages(size));
  return p;
}

INTERCEPTOR(void*, mmap64, void* hint, std::size_t size, int prot, int flags, int fd,
            off_t offset) {
  return __interceptor_mmap(hint, size, prot, flags, fd, offset);
}

// The history goes before the mapping does: afterwards the addresses may be another thread's.
INTERCEPTOR(int, munmap, void* p, std::size_t size) {
  if (!InRuntime() && hbsan::IsPages(p, size)) {
    CheckGone(HBSAN_CALLER_PC(), AddrOf(p), WholePages(size));
    MakeFresh(AddrOf(p), WholePages(size));
  }
  return REAL(munmap)(p, size);
}

INTERCEPTOR(void*, sbrk, std::intptr_t increment) {
  if (InRuntime() || increment == 0) return REAL(sbrk)(increment);
  if (increment < 0) {
    const Addr end = AddrOf(REAL(sbrk)(0));
    CheckGone(HBSAN_CALLER_PC(), end + static_cast<Addr>(increment),
              static_cast<std::size_t>(-increment));
  }
  void* old = REAL(sbrk)(increment);
  if (old == reinterpret_cast<void*>(-1) || increment < 0) return old;
  const Addr begin = (AddrOf(old) + 7) & ~Addr{7};
  const Addr end = (AddrOf(old) + static_cast<Addr>(increment)) & ~Addr{7};
  if (begin < end) MakeFresh(begin, end - begin);
  return old;
}
