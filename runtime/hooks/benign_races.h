// Memory on which the program declared races benign (AnnotateBenignRace*).
#ifndef HBSAN_RUNTIME_HOOKS_BENIGN_RACES_H_
#define HBSAN_RUNTIME_HOOKS_BENIGN_RACES_H_

#include <cstddef>

#include "detector/types.h"

namespace hbsan {

void DeclareBenign(Addr addr, std::size_t size);
// True if the access touches memory so declared. Reports ask before they print.
bool IsDeclaredBenign(Addr addr, std::size_t size);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_HOOKS_BENIGN_RACES_H_
