// Select, after Go's runtime/select.go: look at the cases in random order; if none is ready wait in
// all of them; whoever ends the wait took one, and the others are taken back.
//
// All channels are locked while a select looks or queues itself, in the order of their addresses,
// so that two selects cannot wait for each other.
#include <new>

#include "gosync/chan_state.h"
#include "gosync/fatal.h"
#include "gosync/random.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {
namespace {

constexpr std::uint32_t kMostCases = 256;
using Order = std::uint8_t;

struct Selection {
  SelectCase* cases;
  std::uint32_t count = 0;  // of the cases with a channel
  Order poll[kMostCases];   // their indices, in random order
  Order lock[kMostCases];   // in lock order

  ChanCore* Channel(std::uint32_t i) const { return cases[lock[i]].channel; }
  bool FirstOfChannel(std::uint32_t i) const { return i == 0 || Channel(i) != Channel(i - 1); }
  void LockAll() const {
    for (std::uint32_t i = 0; i < count; ++i) {
      if (FirstOfChannel(i)) Channel(i)->lock.Lock();
    }
  }
  // In lock order. After the last unlock this may be gone: once all are unlocked the select may be
  // over. Before that it cannot, since it locks all channels when it is woken.
  void UnlockAll() const {
    ChanCore* previous = nullptr;
    const std::uint32_t n = count;
    for (std::uint32_t i = 0; i < n; ++i) {
      ChanCore* const channel = Channel(i);
      if (previous != nullptr && previous != channel) previous->lock.Unlock();
      previous = channel;
    }
    if (previous != nullptr) previous->lock.Unlock();
  }
};

void Arrange(Selection& s, SelectCase* cases, std::uint32_t count) {
  s.cases = cases;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (cases[i].channel == nullptr) continue;
    const std::uint32_t at = Choose(s.count + 1);
    s.poll[s.count] = s.poll[at];
    s.poll[at] = static_cast<Order>(i);
    // Insertion: selects are small.
    std::uint32_t place = s.count;
    while (place > 0 && cases[s.lock[place - 1]].channel > cases[i].channel) {
      s.lock[place] = s.lock[place - 1];
      --place;
    }
    s.lock[place] = static_cast<Order>(i);
    ++s.count;
  }
}

// The first ready case in poll order.
int RunReady(Selection& s, Attempt& attempt, std::uintptr_t pc) {
  for (std::uint32_t i = 0; i < s.count; ++i) {
    SelectCase& one = s.cases[s.poll[i]];
    attempt = one.sends ? AttemptSend(*one.channel, one.element, pc, /*noted=*/false)
                        : AttemptReceive(*one.channel, one.element, pc);
    if (!attempt.done) continue;
    one.ok = !attempt.closed;
    return s.poll[i];
  }
  return -1;
}

// Waits in all cases; with all locks held, which are released. All sends count as tried, whichever
// case runs in the end, as in Go: a close that is not ordered with them races. They do so before
// the clock is offered that a partner learns.
int WaitForOne(Selection& s, std::uintptr_t pc) {
  Goroutine& g = Self();
  Waiter* const waiters = static_cast<Waiter*>(__builtin_alloca(sizeof(Waiter) * s.count));
  g.selected.store(0, std::memory_order_relaxed);
  for (std::uint32_t i = 0; i < s.count; ++i) {
    const SelectCase& one = s.cases[s.lock[i]];
    if (one.sends) NoteOperation(Operation::kSend, one.channel, pc);
  }
  g.offer.ReleaseStore(nullptr, pc);
  for (std::uint32_t i = 0; i < s.count; ++i) {
    SelectCase& one = s.cases[s.lock[i]];
    Waiter& w = *new (&waiters[i]) Waiter;
    w.g = &g;
    w.element = one.element;
    w.in_select = true;
    (one.sends ? one.channel->senders : one.channel->receivers).PushBack(w);
  }
  Park(g, WaitReason::kSelect, &s, [](void* p) { static_cast<Selection*>(p)->UnlockAll(); }, &s);
  s.LockAll();
  int chosen = -1;
  for (std::uint32_t i = 0; i < s.count; ++i) {
    SelectCase& one = s.cases[s.lock[i]];
    Waiter& w = waiters[i];
    if (w.queued) {
      (one.sends ? one.channel->senders : one.channel->receivers).Remove(w);
    }
    if (w.taken) {
      chosen = s.lock[i];
      one.ok = w.success;
    }
  }
  s.UnlockAll();
  SelectCase& one = s.cases[chosen];
  if (one.ok) {
    g.box.Take();
  } else if (one.sends) {
    Throw("send on closed channel");
  } else {
    one.channel->close_clock.Acquire();
  }
  return chosen;
}

}  // namespace

std::uint32_t CasesOf(const void* selection) {
  return static_cast<const Selection*>(selection)->count;
}

ChanCore* ChannelOf(const void* selection, std::uint32_t i) {
  return static_cast<const Selection*>(selection)->Channel(i);
}

int Select(SelectCase* cases, std::uint32_t count, bool blocks, std::uintptr_t pc) {
  if (count > kMostCases) Throw("select: too many cases");
  Selection s;
  Arrange(s, cases, count);
  if (s.count == 0) {
    if (!blocks) return -1;
    ParkForever(WaitReason::kSelectEmpty);
  }
  s.LockAll();
  Attempt attempt;
  const int ready = RunReady(s, attempt, pc);
  if (ready < 0 && blocks) return WaitForOne(s, pc);
  s.UnlockAll();
  if (ready < 0) return -1;
  if (attempt.closed && cases[ready].sends) Throw("send on closed channel");
  Finish(*cases[ready].channel, attempt, pc);
  return ready;
}

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync
