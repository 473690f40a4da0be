// The program's memory, for the search for leaked goroutines.
#ifndef GOSYNC_MEMORY_MAP_H_
#define GOSYNC_MEMORY_MAP_H_

#include <cstdint>

#include "gosync/config.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

struct MemoryRange {
  std::uintptr_t begin, end;
};
// The thread that exits: where what is in use of its stack starts, and its thread-local variables.
struct ExitingThread {
  std::uintptr_t stack, locals;
};
using RangeVisitor = void (*)(MemoryRange range, void* context);

// Global variables, the heap and other private memory that may be written, stacks of goroutines
// excepted; and what is in use of the exiting thread's stack. With detection, the
// detector's own memory is left out. False if the system does not say.
bool ForEachRange(const ExitingThread& exiting, RangeVisitor visit, void* context);

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_MEMORY_MAP_H_
