// The allocation plane of heap.h. Lock-free: a block's words are written by the thread that
// allocates or frees it; readers (reports) may see a block that is just changing hands and then
// describe either.
#ifndef HBSAN_RUNTIME_HEAP_PLANE_H_
#define HBSAN_RUNTIME_HEAP_PLANE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "runtime/heap.h"

namespace hbsan {

class HeapPlane {
 public:
  // Called once; without it nothing is marked nor found.
  static void Reserve();
  static void MarkAllocated(const HeapBlock& block);
  // Whatever block begins here is no longer live. Returns its size; 0 if none was marked, or an
  // empty one.
  static std::size_t MarkFreed(Addr begin);
  static bool Find(Addr addr, HeapBlock& block);

 private:
  using Word = std::atomic<std::uint32_t>;
  // From this size on a block has a slot in the table of large blocks.
  static constexpr std::size_t kLargeBlock = std::size_t{1} << 20;
  static constexpr std::uint32_t kLargeSlots = 1u << 16;
  // Begin of a large block; the lowest bit is set when it was freed and the slot may be taken. 0:
  // never used.
  using LargeSlot = std::atomic<Addr>;

  static Word* WordsAt(Addr addr);  // null before Reserve
  static std::uint32_t TakeLargeSlot(Addr begin);
  static bool Decode(Addr begin, HeapBlock& block);
  static bool FindLarge(Addr addr, HeapBlock& block);

  static Word* plane_;
  static LargeSlot large_[kLargeSlots];
  static std::atomic<std::uint32_t> next_large_;
};

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_HEAP_PLANE_H_
