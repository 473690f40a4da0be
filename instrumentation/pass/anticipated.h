// Accesses that are sure to be followed by others of the same bytes.
#ifndef HBSAN_INSTRUMENTATION_PASS_ANTICIPATED_H_
#define HBSAN_INSTRUMENTATION_PASS_ANTICIPATED_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "instrumentation/pass/collect.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace hbsan {

// Calls `drop`, which makes `dropped[access]` true, for each access not dropped before after which,
// whichever way control takes from it, an access of the same or a stronger kind covers its bytes
// before any boundary, and that with one that it names, unless they differ. No way leads through
// the end of a loop's round, as the loop might not end.
void ForEachAnticipated(const Collected& collected, const std::vector<bool>& dropped,
                        llvm::function_ref<void(uint32_t access, std::optional<uint32_t> by)> drop);

}  // namespace hbsan

#endif  // HBSAN_INSTRUMENTATION_PASS_ANTICIPATED_H_
