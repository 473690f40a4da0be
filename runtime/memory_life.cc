#include "runtime/memory_life.h"

#include <algorithm>

#include "runtime/runtime.h"

namespace hbsan {

void CheckGone(std::uintptr_t pc, Addr begin, std::size_t size) {
  if (InRuntime()) return;
  const Addr end = begin + size;
  TheDetector().shadow().ForEachTouchedPage(begin, size, [&](Addr page, PlaneMask planes) {
    if ((planes & ~kSyncPlaneBit) == 0) return;
    const Addr first = std::max(page, begin);
    const Addr last = std::min(page + kPageBytes, end);
    CheckMemory(pc, AccessKind::kWrite, reinterpret_cast<void*>(first), last - first,
                AccessFlavor::kFree);
  });
}

void MakeFresh(Addr begin, std::size_t size) {
  if (InRuntime() || size == 0) return;
  RuntimeScope scope;
  TheDetector().ResetMemory(scope.thread(), begin, size);
}

}  // namespace hbsan
