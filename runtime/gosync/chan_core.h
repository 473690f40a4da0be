// A channel without its element type: what Chan<T> and Select stand on.
//
// Invariants, under the lock: at most one of the two wait queues is not empty (but for a select
// that both sends and receives); a receiver waits only while nothing is buffered, a sender only
// while the buffer is full. So who finds a waiting partner gives it the element directly, and a
// woken goroutine has its operation done.
//
// Edges, as memory-model.md has them. Slot k of a buffer has a clock that each operation on it
// exchanges with its own; an operation done for a waiting partner is done in the order in which the
// two would have used the slot. Without a buffer the two meet. Close has a clock of its own, which
// receivers acquire that return because of it. The lock orders nothing.
#ifndef GOSYNC_CHAN_CORE_H_
#define GOSYNC_CHAN_CORE_H_

#include <cstddef>
#include <cstdint>

#include "gosync/clock.h"
#include "gosync/config.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

// How elements are moved.
struct ElementOps {
  std::size_t size;
  std::size_t alignment;
  // Moves *from to the raw memory `to` and destroys *from; null: bytes are copied.
  void (*relocate)(void* to, void* from);
  void (*destroy)(void* element);  // null: nothing to do
};

struct ChanCore;

// Throws std::length_error if the buffer is too large. One reference.
ChanCore* NewChan(const ElementOps& ops, std::size_t capacity);
void AddReference(ChanCore* c);
void DropReference(ChanCore* c);

// Sends the element, which is gone then, or throws Panic and leaves it. `c` may be null.
void Send(ChanCore* c, void* element, std::uintptr_t pc);
// False: it would have blocked; the element is still there.
bool TrySend(ChanCore* c, void* element, std::uintptr_t pc);
// Receives into raw memory. False: closed and drained; nothing was made there.
bool Receive(ChanCore* c, void* element, std::uintptr_t pc);
enum class Tried : std::uint8_t { kReceived, kClosed, kWouldBlock };
Tried TryReceive(ChanCore* c, void* element, std::uintptr_t pc);
void Close(ChanCore* c, std::uintptr_t pc);
std::size_t Length(const ChanCore* c);
std::size_t Capacity(const ChanCore* c);
// For timers: TrySend by nobody, ordered after what `clock` says.
bool Deliver(ChanCore* c, void* element, const Clock& clock);

struct SelectCase {
  ChanCore* channel;
  void* element;  // to send, or raw memory to receive into
  bool sends;
  bool ok;  // of a receive: an element came
};
// Runs one of the cases and returns its index; -1 if none is ready and it need not wait.
int Select(SelectCase* cases, std::uint32_t count, bool blocks, std::uintptr_t pc);

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_CHAN_CORE_H_
