// Keeps the program's mappings apart in the low 44 bits of their addresses, by which shadow cells
// are found (see address_space.h).
//
// The keys are divided into slices of 64 GiB; a slice belongs to the part of the address space (the
// bits above the key) that used it first. Only programs that reserve tens of TiB, or ask for odd
// addresses, ever meet a slice of another part.
#ifndef HBSAN_RUNTIME_MAPPING_KEYS_H_
#define HBSAN_RUNTIME_MAPPING_KEYS_H_

#include <cstddef>

#include "detector/types.h"

namespace hbsan {

// Claims what the program's modules, stack and heap use. Called once by Initialize.
void InitializeMappingKeys();

// False if a part of the keys of [begin, begin + size) belongs to other addresses. Lock-free.
bool ClaimKeys(Addr begin, std::size_t size);

// An address, descending from `below` (0: start at the top), from which on `size` bytes have keys
// that nobody uses; 0 if there is none. Nothing is claimed, and something without history may be
// mapped there.
Addr FreeKeysBelow(Addr below, std::size_t size);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_MAPPING_KEYS_H_
