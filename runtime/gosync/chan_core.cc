#include "gosync/chan_core.h"

#include <cstdlib>
#include <limits>
#include <new>
#include <stdexcept>

#include "gosync/chan_state.h"
#include "gosync/fatal.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {
namespace {

void ThrowClosed() { Throw("send on closed channel"); }

// The partner, a receiver, waits, so nothing is buffered.
Attempt HandOver(ChanCore& c, Waiter& receiver, void* element, std::uintptr_t pc) {
  Attempt attempt{.done = true, .partner = &receiver};
  if (c.capacity != 0) {  // as if through the buffer
    Goroutine& g = *receiver.g;
    c.SlotClock(c.send_at).ExchangeForTwo(attempt.taken, g.offer, g.box, &c, pc);
    c.send_at = c.receive_at = c.After(c.send_at);
  }
  c.Relocate(receiver.element, element);
  receiver.success = true;
  return attempt;
}

// The partner, a sender, waits, so the buffer is full: the caller takes what is oldest, and the
// sender's element takes its slot.
Attempt TakeOver(ChanCore& c, Waiter& sender, void* element, std::uintptr_t pc) {
  Attempt attempt{.done = true, .partner = &sender};
  if (c.capacity == 0) {
    c.Relocate(element, sender.element);
  } else {
    Goroutine& g = *sender.g;
    c.SlotClock(c.receive_at).ExchangeForTwo(attempt.taken, g.offer, g.box, &c, pc);
    c.Relocate(element, c.Slot(c.receive_at));
    c.Relocate(c.Slot(c.receive_at), sender.element);
    c.send_at = c.receive_at = c.After(c.receive_at);
  }
  sender.success = true;
  return attempt;
}

std::size_t AlignUp(std::size_t n, std::size_t alignment) {
  return (n + alignment - 1) / alignment * alignment;
}

std::size_t BytesFor(const ElementOps& ops, std::size_t capacity) {
  constexpr std::size_t kMost = std::numeric_limits<std::ptrdiff_t>::max();
  if (capacity > (kMost - sizeof(ChanCore) - ops.alignment) / (ops.size + sizeof(Clock))) {
    throw std::length_error("gosync::Chan: size out of range");
  }
  return AlignUp(sizeof(ChanCore), ops.alignment) + ops.size * capacity;
}

void Destroy(ChanCore* c) {
  if (c->ops->destroy != nullptr && c->count.load(std::memory_order_relaxed) > 0) {
    const Unseen unseen;
    for (std::size_t n = c->count.load(std::memory_order_relaxed); n > 0; --n) {
      c->ops->destroy(c->Slot(c->receive_at));
      c->receive_at = c->After(c->receive_at);
    }
  }
  const Quiet quiet;
#if GOSYNC_RACE
  for (std::size_t i = 0; i < c->capacity; ++i) c->slots[i].~Clock();
  free(c->slots);
#endif
  c->~ChanCore();
  free(c);
}

void Enqueue(WaitQueue& queue, Waiter& w, void* element, const ChanCore& c, std::uintptr_t pc) {
  w.g = &Self();
  w.element = element;
  w.g->offer.ReleaseStore(&c, pc);
  queue.PushBack(w);
}

// Of `bytes`, in which the core and the buffer lie.
ChanCore* AllocateCore(const ElementOps& ops, std::size_t capacity, std::size_t bytes) {
  const Quiet quiet;
  const std::size_t alignment = ops.alignment < 64 ? 64 : ops.alignment;
  void* memory = aligned_alloc(alignment, AlignUp(bytes, alignment));
  if (memory == nullptr) throw std::bad_alloc();
  auto* c = new (memory) ChanCore;
  c->ops = &ops;
  c->capacity = capacity;
  c->buffer = static_cast<char*>(memory) + AlignUp(sizeof(ChanCore), ops.alignment);
#if GOSYNC_RACE
  if (capacity > 0) {
    c->slots = static_cast<Clock*>(calloc(capacity, sizeof(Clock)));
    if (c->slots == nullptr) {
      free(memory);
      throw std::bad_alloc();
    }
  }
#endif
  return c;
}

}  // namespace

ChanCore* NewChan(const ElementOps& ops, std::size_t capacity) {
  const std::size_t bytes = BytesFor(ops, capacity);
  ChanCore* const c = AllocateCore(ops, capacity, bytes);
  NoteFresh(c, bytes);
  return c;
}

void AddReference(ChanCore* c) {
  if (c != nullptr) c->references.fetch_add(1, std::memory_order_relaxed);
}

void DropReference(ChanCore* c) {
  if (c == nullptr) return;
  if (c->references.fetch_sub(1, std::memory_order_acq_rel) == 1) Destroy(c);
}

Attempt AttemptSend(ChanCore& c, void* element, std::uintptr_t pc, bool noted) {
  const std::size_t count = c.count.load(std::memory_order_relaxed);
  Waiter* const receiver = c.closed ? nullptr : c.receivers.Pop();
  if (!c.closed && receiver == nullptr && count == c.capacity) return {};
  if (!noted) NoteOperation(Operation::kSend, &c, pc);
  if (c.closed) return {.done = true, .closed = true};
  if (receiver != nullptr) return HandOver(c, *receiver, element, pc);
  Attempt attempt{.done = true};
  c.SlotClock(c.send_at).Exchange(attempt.taken, &c, pc);
  c.Relocate(c.Slot(c.send_at), element);
  c.send_at = c.After(c.send_at);
  c.count.store(count + 1, std::memory_order_relaxed);
  return attempt;
}

Attempt AttemptReceive(ChanCore& c, void* element, std::uintptr_t pc) {
  if (Waiter* sender = c.senders.Pop()) return TakeOver(c, *sender, element, pc);
  const std::size_t count = c.count.load(std::memory_order_relaxed);
  if (count > 0) {
    Attempt attempt{.done = true};
    c.SlotClock(c.receive_at).Exchange(attempt.taken, &c, pc);
    c.Relocate(element, c.Slot(c.receive_at));
    c.receive_at = c.After(c.receive_at);
    c.count.store(count - 1, std::memory_order_relaxed);
    return attempt;
  }
  if (!c.closed) return {};
  c.close_clock.Acquire();
  return {.done = true, .closed = true};
}

void Send(ChanCore* c, void* element, std::uintptr_t pc) {
  if (c == nullptr) ParkForever(WaitReason::kSendNil);
  NoteOperation(Operation::kSend, c, pc);
  c->lock.Lock();
  Attempt attempt = AttemptSend(*c, element, pc, /*noted=*/true);
  if (attempt.done) {
    c->lock.Unlock();
    if (attempt.closed) ThrowClosed();
    Finish(*c, attempt, pc);
    return;
  }
  Waiter w;
  Enqueue(c->senders, w, element, *c, pc);
  Park(*w.g, WaitReason::kSend, c, c->lock);
  if (!w.success) ThrowClosed();
  w.g->box.Take();
}

bool TrySend(ChanCore* c, void* element, std::uintptr_t pc) {
  if (c == nullptr) return false;
  c->lock.Lock();
  Attempt attempt = AttemptSend(*c, element, pc, /*noted=*/false);
  c->lock.Unlock();
  if (attempt.closed) ThrowClosed();
  Finish(*c, attempt, pc);
  return attempt.done;
}

bool Receive(ChanCore* c, void* element, std::uintptr_t pc) {
  if (c == nullptr) ParkForever(WaitReason::kReceiveNil);
  c->lock.Lock();
  Attempt attempt = AttemptReceive(*c, element, pc);
  if (attempt.done) {
    c->lock.Unlock();
    Finish(*c, attempt, pc);
    return !attempt.closed;
  }
  Waiter w;
  Enqueue(c->receivers, w, element, *c, pc);
  Park(*w.g, WaitReason::kReceive, c, c->lock);
  if (w.success) {
    w.g->box.Take();
  } else {
    c->close_clock.Acquire();
  }
  return w.success;
}

Tried TryReceive(ChanCore* c, void* element, std::uintptr_t pc) {
  if (c == nullptr) return Tried::kWouldBlock;
  c->lock.Lock();
  Attempt attempt = AttemptReceive(*c, element, pc);
  c->lock.Unlock();
  Finish(*c, attempt, pc);
  if (!attempt.done) return Tried::kWouldBlock;
  return attempt.closed ? Tried::kClosed : Tried::kReceived;
}

void Close(ChanCore* c, std::uintptr_t pc) {
  if (c == nullptr) Throw("close of nil channel");
  c->lock.Lock();
  NoteOperation(Operation::kClose, c, pc);
  if (c->closed) {
    c->lock.Unlock();
    Throw("close of closed channel");
  }
  c->close_clock.ReleaseStore(c, pc);
  c->closed = true;
  Waiter* woken = nullptr;
  for (WaitQueue* queue : {&c->receivers, &c->senders}) {
    while (Waiter* w = queue->Pop()) {
      w->next = woken;
      woken = w;
    }
  }
  c->lock.Unlock();
  while (woken != nullptr) {
    Waiter* const next = woken->next;
    Ready(*woken->g);
    woken = next;
  }
}

bool Deliver(ChanCore* c, void* element, const Clock& clock) {
  c->lock.Lock();
  Waiter* receiver = c->receivers.Pop();
  bool delivered = true;
  if (receiver != nullptr) {
    receiver->g->box.Copy(clock);
    c->Relocate(receiver->element, element);
    receiver->success = true;
  } else if (c->count.load(std::memory_order_relaxed) < c->capacity) {
    c->SlotClock(c->send_at).Copy(clock);
    c->Relocate(c->Slot(c->send_at), element);
    c->send_at = c->After(c->send_at);
    c->count.fetch_add(1, std::memory_order_relaxed);
  } else {
    delivered = false;
  }
  c->lock.Unlock();
  if (receiver != nullptr) Ready(*receiver->g);
  return delivered;
}

std::size_t Length(const ChanCore* c) {
  return c == nullptr ? 0 : c->count.load(std::memory_order_relaxed);
}

std::size_t Capacity(const ChanCore* c) { return c == nullptr ? 0 : c->capacity; }

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync
