// The heap as reports see it: which block an address lies in, and who allocated (and freed) it.
#ifndef HBSAN_RUNTIME_HEAP_H_
#define HBSAN_RUNTIME_HEAP_H_

#include <cstddef>

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

// The live or last freed block that holds `addr`. False if there is none.
bool FindHeapBlock(Addr addr, HeapBlock& block);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_HEAP_H_
