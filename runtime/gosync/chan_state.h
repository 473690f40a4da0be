// The insides of a channel, for its operations alone.
#ifndef GOSYNC_CHAN_STATE_H_
#define GOSYNC_CHAN_STATE_H_

#include <atomic>

#include "gosync/chan_core.h"
#include "gosync/system.h"
#include "gosync/wait_queue.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

struct ChanCore {
  SpinLock lock;
  std::atomic<std::uint32_t> references{1};
  const ElementOps* ops = nullptr;
  char* buffer = nullptr;
  std::size_t capacity = 0;
  std::atomic<std::size_t> count{0};
  std::size_t send_at = 0;  // slots
  std::size_t receive_at = 0;
  WaitQueue senders;
  WaitQueue receivers;
  bool closed = false;
  Clock close_clock;
#if GOSYNC_RACE
  Clock* slots = nullptr;
#endif

  void* Slot(std::size_t i) const { return buffer + i * ops->size; }
  std::size_t After(std::size_t i) const { return i + 1 == capacity ? 0 : i + 1; }
  Clock& SlotClock([[maybe_unused]] std::size_t i) {
#if GOSYNC_RACE
    return slots[i];
#else
    return close_clock;  // a Clock without contents
#endif
  }
  void Relocate(void* to, void* from) const {
    if (ops->relocate != nullptr) {
      const Unseen unseen;
      ops->relocate(to, from);
    } else if (ops->size == 8) {
      __builtin_memcpy(to, from, 8);
    } else if (ops->size == 4) {
      __builtin_memcpy(to, from, 4);
    } else {
      CopyBytes(to, from, ops->size);
    }
  }
};

static_assert(sizeof(ChanCore) >= 64);  // the detector sees sends in cells of its first bytes

// The operations that need not wait; with the lock held, which they keep. Finish, once the lock is
// released, does the rest: the caller learns what the operation brings, and the waiter whose wait
// it ended goes on.
struct Attempt {
  bool done = false;
  bool closed = false;
  Waiter* partner = nullptr;
  [[no_unique_address]] Taken taken{};
};
// `noted`: NoteOperation was called for the send, outside of the lock. (It has to be if it waits.)
Attempt AttemptSend(ChanCore& c, void* element, std::uintptr_t pc, bool noted);
Attempt AttemptReceive(ChanCore& c, void* element, std::uintptr_t pc);
inline void Finish(const ChanCore& c, Attempt& attempt, std::uintptr_t pc) {
  if (attempt.partner == nullptr) return Clock::Learn(attempt.taken);
  Goroutine& g = *attempt.partner->g;
  if (c.capacity == 0) {
    Clock::Meet(g.offer, g.box, &c, pc);
  } else {
    Clock::Learn(attempt.taken);
  }
  Ready(g);
}

// The channels of a select that waits; Goroutine::waits_for is the selection.
std::uint32_t CasesOf(const void* selection);
ChanCore* ChannelOf(const void* selection, std::uint32_t i);

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_CHAN_STATE_H_
