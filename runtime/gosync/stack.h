// Memory of goroutines: a stack each, with the Goroutine at its upper end.
//
// A slot is reserved address space, backed where it is touched:
//
//   | guard page | stack, growing down ... | Goroutine | shadow call stack, growing up ... |
//
// The last part is there with detection only. The stack's first frames, the Goroutine and the first
// entries of the shadow call stack share one page, which is all that a parked goroutine takes as a
// rule. What a goroutine is started with (a lambda and what it captures) lies at the stack's upper
// end; with detection, if it is small, in memory of its own beside that of others, since the
// program's accesses to it would take pages of shadow memory for each goroutine. Guard pages are
// markers in the page table where the kernel knows them (Linux 6.13), so that a million goroutines
// are one mapping; before that, slots have a protected page while the limit on mappings allows it.
#ifndef GOSYNC_STACK_H_
#define GOSYNC_STACK_H_

#include <cstddef>
#include <cstdint>

#include "gosync/goroutine.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

inline constexpr std::size_t kPageBytes = 4096;
inline constexpr std::size_t kStackBytes = std::size_t{256} << 10;  // with its guard page
inline constexpr std::size_t kFirstFramesBytes = GOSYNC_RACE ? 768 : 0;
inline constexpr std::size_t kSlotBytes = GOSYNC_RACE ? 2 * kStackBytes : kStackBytes;
inline constexpr std::size_t kGoroutineOffset =
    (kStackBytes - kFirstFramesBytes - sizeof(Goroutine)) & ~std::size_t{63};

inline constexpr std::size_t kSmallCallBytes = GOSYNC_RACE ? 128 : 0;

// The parts of a goroutine's slot.
inline char* SlotOf(const Goroutine& g) {
  return const_cast<char*>(reinterpret_cast<const char*>(&g)) - kGoroutineOffset;
}
inline char* StackBegin(const Goroutine& g) { return SlotOf(g) + kPageBytes; }
inline char* StackEnd(const Goroutine& g) { return SlotOf(g) + kGoroutineOffset; }
inline char* ShadowFrames(const Goroutine& g) {
  return SlotOf(g) + kGoroutineOffset + ((sizeof(Goroutine) + 15) & ~std::size_t{15});
}

// A few free slots at hand, for one worker.
struct StackCache {
  Goroutine* first = nullptr;
  unsigned count = 0;
};

// A goroutine that does not run, its stack unused. Ends the program if there is no more memory.
Goroutine& AllocateGoroutine(StackCache* cache);
// Takes it back. It is not running on that stack any more.
void FreeGoroutine(Goroutine& g, StackCache* cache);

// By a worker that has nothing to run: makes one ready for AllocateGoroutine, outside of locks, if
// it lately made many itself. False if it need not.
bool PrepareGoroutine();

// The goroutine into whose guard page `address` points; null if there is none.
Goroutine* OverflownBy(const void* address);
// The goroutine into whose slot `address` points; null if into none.
Goroutine* SlotContaining(std::uintptr_t address);
// Whether it is in memory for slots, used or not.
bool IsSlotMemory(std::uintptr_t address);
// Calls visit(goroutine) for each slot that was ever used, free ones included.
using GoroutineVisitor = void (*)(Goroutine& g, void* context);
void ForEachSlot(GoroutineVisitor visit, void* context);

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_STACK_H_
