// Which races look alike to a reader: one container shared without a lock races in dozens of places
// of the library's code, all of them called from one pair of the program's lines.
#ifndef HBSAN_RUNTIME_REPORT_ALIKE_H_
#define HBSAN_RUNTIME_REPORT_ALIKE_H_

#include <cstdint>

#include "runtime/report/report_value.h"

namespace hbsan {

// Equal for two races of one kind, on one variable or both on the heap, if the program's own frames
// of both stacks are at the same lines and evaluate the same expressions there, in either order.
// Not 0. A stack without frames of the program counts as it is.
std::uint64_t LooksOf(const Report& race);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_ALIKE_H_
