// Hooks of plain accesses and of function entry and exit (compiler-rt's ABI).
//
// The hit (this thread accessed these bytes in this epoch already) is a load, a subtraction and a
// compare; everything else is out of line in CheckHook.
#include "detector/own_cell.h"
#include "runtime/hooks/own_range.h"
#include "runtime/runtime.h"

namespace hbsan {
namespace {

template <std::size_t kSize, AccessKind kKind, AccessFlavor kFlavor = AccessFlavor::kPlain>
inline void Aligned(const volatile void* p, std::uintptr_t pc) {
  if (IsOwn<kKind, kSize>(__hbsan_hot, reinterpret_cast<Addr>(p))) return;
  CheckHook(pc, kKind, p, kSize, kFlavor);
}

template <std::size_t kSize, AccessKind kKind>
inline void Unaligned(const volatile void* p, std::uintptr_t pc) {
  const Addr addr = reinterpret_cast<Addr>(p);
  if (addr % kSize == 0 && kSize <= 8) {
    Aligned<kSize, kKind>(p, pc);
  } else {
    CheckHook(pc, kKind, p, kSize);
  }
}

template <AccessKind kKind>
inline void Range(const void* p, std::size_t size, std::uintptr_t pc) {
  const std::size_t own = OwnPrefix(__hbsan_hot, kKind, reinterpret_cast<Addr>(p), size);
  if (own != size) CheckHook(pc, kKind, static_cast<const char*>(p) + own, size - own);
}

template <AccessKind kKind>
inline void RangeOfElements(const void* p, std::size_t size, std::size_t element,
                            std::uintptr_t pc) {
  std::size_t own = OwnPrefix(__hbsan_hot, kKind, reinterpret_cast<Addr>(p), size);
  if (own == size) return;
  if (own != 0) own -= own % element;
  CheckElements(pc, kKind, static_cast<const char*>(p) + own, size - own, element, 0);
}

template <AccessKind kKind>
inline void Rows(const void* p, std::size_t size, std::size_t element, std::size_t rows,
                 std::size_t pitch, std::uintptr_t pc) {
  for (std::size_t row = 0; row < rows; ++row) {
    RangeOfElements<kKind>(static_cast<const char*>(p) + row * pitch, size, element, pc);
  }
}

}  // namespace
}  // namespace hbsan

using hbsan::AccessFlavor;
using hbsan::AccessKind;

#define HBSAN_ACCESS_HOOKS(kind, Kind, size)                                            \
  HBSAN_ABI void __tsan_##kind##size(void* p) {                                         \
    hbsan::Aligned<size, AccessKind::k##Kind>(p, HBSAN_CALLER_PC());                    \
  }                                                                                     \
  HBSAN_ABI void __tsan_##kind##size##_pc(void* p, void* pc) {                          \
    hbsan::Aligned<size, AccessKind::k##Kind>(p, reinterpret_cast<std::uintptr_t>(pc)); \
  }                                                                                     \
  HBSAN_ABI void __tsan_volatile_##kind##size(void* p) {                                \
    hbsan::Aligned<size, AccessKind::k##Kind>(p, HBSAN_CALLER_PC());                    \
  }                                                                                     \
  HBSAN_ABI void __tsan_unaligned_##kind##size(const void* p) {                         \
    hbsan::Unaligned<size, AccessKind::k##Kind>(p, HBSAN_CALLER_PC());                  \
  }                                                                                     \
  HBSAN_ABI void __tsan_unaligned_volatile_##kind##size(const void* p) {                \
    hbsan::Unaligned<size, AccessKind::k##Kind>(p, HBSAN_CALLER_PC());                  \
  }

#define HBSAN_BOTH_KINDS(size)         \
  HBSAN_ACCESS_HOOKS(read, Read, size) \
  HBSAN_ACCESS_HOOKS(write, Write, size)

HBSAN_BOTH_KINDS(1)
HBSAN_BOTH_KINDS(2)
HBSAN_BOTH_KINDS(4)
HBSAN_BOTH_KINDS(8)
HBSAN_BOTH_KINDS(16)

// Clang's -mllvm -tsan-compound-read-before-write: one hook for a read and a write of the same
// bytes; the write subsumes the read.
#define HBSAN_READ_WRITE_HOOKS(size)                                  \
  HBSAN_ABI void __tsan_read_write##size(void* p) {                   \
    hbsan::Aligned<size, AccessKind::kWrite>(p, HBSAN_CALLER_PC());   \
  }                                                                   \
  HBSAN_ABI void __tsan_unaligned_read_write##size(const void* p) {   \
    hbsan::Unaligned<size, AccessKind::kWrite>(p, HBSAN_CALLER_PC()); \
  }

HBSAN_READ_WRITE_HOOKS(1)
HBSAN_READ_WRITE_HOOKS(2)
HBSAN_READ_WRITE_HOOKS(4)
HBSAN_READ_WRITE_HOOKS(8)
HBSAN_READ_WRITE_HOOKS(16)

HBSAN_ABI void __tsan_vptr_read(void** vptr) {
  hbsan::Aligned<8, AccessKind::kRead, AccessFlavor::kVptr>(vptr, HBSAN_CALLER_PC());
}

HBSAN_ABI void __tsan_vptr_update(void** vptr, void* value) {
  // Storing what stands there already (a destructor of a class without virtual bases) changes
  // nothing for anybody.
  if (*vptr == value) return;
  hbsan::Aligned<8, AccessKind::kWrite, AccessFlavor::kVptr>(vptr, HBSAN_CALLER_PC());
}

HBSAN_ABI void __tsan_read_range(void* p, unsigned long size) {
  hbsan::Range<AccessKind::kRead>(p, size, HBSAN_CALLER_PC());
}

HBSAN_ABI void __tsan_write_range(void* p, unsigned long size) {
  hbsan::Range<AccessKind::kWrite>(p, size, HBSAN_CALLER_PC());
}

// What a loop touches, in elements of so many bytes, checked before it.
HBSAN_ABI void __hbsan_read_elements(void* p, unsigned long size, unsigned long element) {
  hbsan::RangeOfElements<AccessKind::kRead>(p, size, element, HBSAN_CALLER_PC());
}

HBSAN_ABI void __hbsan_write_elements(void* p, unsigned long size, unsigned long element) {
  hbsan::RangeOfElements<AccessKind::kWrite>(p, size, element, HBSAN_CALLER_PC());
}

// The same of each of several rows, which begin `pitch` bytes after one another.
HBSAN_ABI void __hbsan_read_rows(void* p, unsigned long size, unsigned long element,
                                 unsigned long rows, unsigned long pitch) {
  hbsan::Rows<AccessKind::kRead>(p, size, element, rows, pitch, HBSAN_CALLER_PC());
}

HBSAN_ABI void __hbsan_write_rows(void* p, unsigned long size, unsigned long element,
                                  unsigned long rows, unsigned long pitch) {
  hbsan::Rows<AccessKind::kWrite>(p, size, element, rows, pitch, HBSAN_CALLER_PC());
}

// The same with gaps between the elements: each begins `stride` bytes after the one before.
HBSAN_ABI void __hbsan_read_strided(void* p, unsigned long size, unsigned long element,
                                    unsigned long stride) {
  hbsan::CheckElements(HBSAN_CALLER_PC(), AccessKind::kRead, p, size, element, stride);
}

HBSAN_ABI void __hbsan_write_strided(void* p, unsigned long size, unsigned long element,
                                     unsigned long stride) {
  hbsan::CheckElements(HBSAN_CALLER_PC(), AccessKind::kWrite, p, size, element, stride);
}

HBSAN_ABI void __tsan_read_range_pc(void* p, unsigned long size, void* pc) {
  hbsan::Range<AccessKind::kRead>(p, size, reinterpret_cast<std::uintptr_t>(pc));
}

HBSAN_ABI void __tsan_write_range_pc(void* p, unsigned long size, void* pc) {
  hbsan::Range<AccessKind::kWrite>(p, size, reinterpret_cast<std::uintptr_t>(pc));
}

HBSAN_ABI void __tsan_func_entry(void* return_address) {
  hbsan::HotState& hot = __hbsan_hot;
  hbsan::Frame* top = hot.stack_top != nullptr ? hot.stack_top : __hbsan_attach();
  hot.stack_top = top + 1;
  top->return_address = reinterpret_cast<std::uintptr_t>(return_address);
  top->node = 0;
}

HBSAN_ABI void __tsan_func_exit() {
  hbsan::HotState& hot = __hbsan_hot;
  if (hot.state == nullptr || hot.stack_top != hot.state->frames) --hot.stack_top;
}
