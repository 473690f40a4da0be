#include "runtime/heap.h"

#include <algorithm>
#include <atomic>

#include "runtime/heap_plane.h"
#include "runtime/memory_life.h"
#include "runtime/runtime.h"

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* p, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* p);
}

// The program's malloc, and ours: they are the same unless the program has its own, which then
// serves operator new and strdup, too.
extern "C" {
[[gnu::weak]] void* malloc(std::size_t size) noexcept;
[[gnu::weak]] void free(void* p) noexcept;
[[gnu::weak]] void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept;
void* __interceptor_malloc(std::size_t size);
void __interceptor_free(void* p);
void* __interceptor_aligned_alloc(std::size_t alignment, std::size_t size);
}

namespace hbsan {
namespace {

// A free of more than this checks only pages that were touched, and calloc of more records no
// write: most of a large block is often never used.
constexpr std::size_t kLargeBytes = 16 << 10;

// glibc's header, the word before the block: the chunk's size and three flags.
constexpr std::size_t kChunkFlags = 7;
constexpr std::size_t kMappedFlag = 2;

std::size_t ChunkHeader(const void* p) { return static_cast<const std::size_t*>(p)[-1]; }

// What malloc_usable_size says.
std::size_t UsableSize(const void* p) {
  const std::size_t header = ChunkHeader(p);
  const std::size_t overhead =
      (header & kMappedFlag) != 0 ? 2 * sizeof(std::size_t) : sizeof(std::size_t);
  return (header & ~kChunkFlags) - overhead;
}

void NoteAllocated(void* p, std::size_t size, std::uintptr_t pc) {
  const Addr begin = reinterpret_cast<Addr>(p);
  if (InRuntime()) {
    // A block of the runtime's callees (dlsym) or of a thread that ended: nobody to name.
    HeapPlane::MarkFreed(begin);
    return;
  }
  RuntimeScope scope;
  ThreadState& t = scope.thread();
  TheDetector().ResetMemory(t, begin, UsableSize(p));
  const auto& thread = *static_cast<const ThreadInfo*>(t.description);
  HeapBlock block;
  block.begin = begin;
  block.size = size;
  block.allocated = CallerStack(t, pc);
  block.allocated_by = thread.number;
  block.by_goroutine = thread.is_goroutine;
  HeapPlane::MarkAllocated(block);
}

// Before the block is anyone else's.
void NoteFreed(void* p, std::uintptr_t pc) {
  const Addr begin = reinterpret_cast<Addr>(p);
  const std::size_t asked = HeapPlane::MarkFreed(begin);
  if (InRuntime()) return;
  const std::size_t size = UsableSize(p);
  if (size <= kLargeBytes) {
    // With the rest of its last cell, which is nobody else's.
    const std::size_t cells = (asked + kCellBytes - 1) & ~(kCellBytes - 1);
    const std::size_t gone = asked != 0 ? std::min(cells, size) : size;
    CheckMemory(pc, AccessKind::kWrite, p, gone, AccessFlavor::kFree);
  } else {
    CheckGone(pc, begin, size);
  }
  if ((ChunkHeader(p) & kMappedFlag) != 0) {
    // glibc unmaps it: a use faults, and whoever maps the addresses next, the dynamic loader say,
    // is not seen.
    MakeFresh(begin, size);
  }
}

}  // namespace

void* HeapAllocate(std::size_t size, std::uintptr_t pc) {
  if (malloc != __interceptor_malloc) return malloc(size);
  void* p = __libc_malloc(size);
  if (p != nullptr) NoteAllocated(p, size, pc);
  return p;
}

void* HeapAllocateAligned(std::size_t alignment, std::size_t size, std::uintptr_t pc) {
  if (aligned_alloc != __interceptor_aligned_alloc) return aligned_alloc(alignment, size);
  void* p = __libc_memalign(alignment, size);
  if (p != nullptr) NoteAllocated(p, size, pc);
  return p;
}

void* HeapAllocateZeroed(std::size_t count, std::size_t size, std::uintptr_t pc) {
  void* p = __libc_calloc(count, size);
  if (p == nullptr) return nullptr;
  const std::size_t bytes = count * size;  // no overflow, or calloc had failed
  NoteAllocated(p, bytes, pc);
  if (bytes <= kLargeBytes) CheckMemory(pc, AccessKind::kWrite, p, bytes);
  return p;
}

void* HeapReallocate(void* p, std::size_t size, std::uintptr_t pc) {
  if (p == nullptr) return HeapAllocate(size, pc);
  const std::size_t old_size = UsableSize(p);
  NoteFreed(p, pc);
  void* q = __libc_realloc(p, size);
  if (q != nullptr) {
    NoteAllocated(q, size, pc);
    CheckMemory(pc, AccessKind::kWrite, q, std::min(old_size, size));
  } else if (size != 0) {
    NoteAllocated(p, old_size, pc);  // failed, and the block stays
  }
  return q;
}

void HeapFree(void* p, std::uintptr_t pc) {
  if (p == nullptr) return;
  if (free != __interceptor_free) return free(p);
  NoteFreed(p, pc);
  __libc_free(p);
}

void InitializeHeap() { HeapPlane::Reserve(); }

bool FindHeapBlock(Addr addr, HeapBlock& block) { return HeapPlane::Find(addr, block); }

}  // namespace hbsan
