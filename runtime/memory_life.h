// The ends of memory's life: what blocks, mappings and modules have in common when they go and
// come.
#ifndef HBSAN_RUNTIME_MEMORY_LIFE_H_
#define HBSAN_RUNTIME_MEMORY_LIFE_H_

#include <cstddef>
#include <cstdint>

#include "detector/types.h"

namespace hbsan {

// The range goes: a write (flavor kFree) of whatever was ever accessed there, so that unordered
// accesses are reported. Costs what was touched, not what is given back.
void CheckGone(std::uintptr_t pc, Addr begin, std::size_t size);

// The range is fresh: it has no history. Both ends 8-aligned.
void MakeFresh(Addr begin, std::size_t size);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_MEMORY_LIFE_H_
