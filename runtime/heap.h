// The heap as reports see it: which block an address lies in, and who allocated (and freed) it; and
// the allocation functions that keep this up to date, which the malloc and operator new families
// share.
//
// Blocks come from glibc's allocator. A plane of 4 bytes per 16 bytes of address space describes
// them: a block's words lie at its own granules (glibc's blocks are at least two granules apart),
// so that the plane costs a quarter of what is allocated and an allocation takes no lock:
//
//   granule 0   [start:1 = 1][stack:31]
//   granule 1   [start:1 = 0][state:2][goroutine:1][short:1][size & 31:5][thread:22]
//   granule 2   [start:1 = 0][size >> 5:31]      unless short: then size <= 24 and the granule may
//   be the next block's granule 3   slot in the table of blocks that are too large to be found from
//   an interior address by walking back
//
// Nothing is cleared when a block goes: a stale word is told by its state, or by a start bit where
// none belongs.
#ifndef HBSAN_RUNTIME_HEAP_H_
#define HBSAN_RUNTIME_HEAP_H_

#include <cstddef>
#include <cstdint>

#include "detector/types.h"

namespace hbsan {

struct HeapBlock {
  Addr begin = 0;
  std::size_t size = 0;
  StackId allocated;
  std::uint32_t allocated_by = 0;  // ThreadInfo::number
  bool by_goroutine = false;
  bool freed = false;
};

// Called once by Initialize. Blocks that were allocated before have no description.
void InitializeHeap();

// The live or last freed block that holds `addr`. False if there is none. For reports: walks up to
// a megabyte back.
bool FindHeapBlock(Addr addr, HeapBlock& block);

// glibc's malloc and memalign; the block has no history. Null if there is no memory. `pc` is the
// program's call.
void* HeapAllocate(std::size_t size, std::uintptr_t pc);
void* HeapAllocateAligned(std::size_t alignment, std::size_t size, std::uintptr_t pc);
// As HeapAllocate, zeroed: the zeroing is a write by the caller, recorded for blocks of common
// sizes.
void* HeapAllocateZeroed(std::size_t count, std::size_t size, std::uintptr_t pc);
// As allocation, copy and free, whether or not the block moves.
void* HeapReallocate(void* p, std::size_t size, std::uintptr_t pc);
// The free is a write of the whole block; of a large block, of each page that the detector has seen
// in use.
void HeapFree(void* p, std::uintptr_t pc);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_HEAP_H_
