#include "gosync/semaphore.h"

#include <algorithm>

#include "gosync/chan.h"
#include "gosync/fatal.h"
#include "gosync/select.h"
#include "gosync/system.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

struct PermitBatch {
  std::int64_t count;
  PermitBatch* next = nullptr;
  Clock clock{};  // of their Release
};

// On the stack of who waits.
struct PermitWaiter {
  std::int64_t wants;
  bool granted = false;            // under the semaphore's lock
  Chan<Unit> ready{1};             // receives when it is granted
  PermitBatch* batches = nullptr;  // what it got
  PermitWaiter* next = nullptr;
};

namespace {

void Forget(PermitBatch* batch) {
  const Quiet quiet;
  delete batch;
}

// Observes the Releases that the permits came from.
void Observe(PermitBatch* batches) {
  while (batches != nullptr) {
    PermitBatch* const next = batches->next;
    batches->clock.Acquire();
    Forget(batches);
    batches = next;
  }
}

}  // namespace
}  // namespace detail

Semaphore::~Semaphore() {
  while (detail::PermitBatch* const batch = oldest_) {
    oldest_ = batch->next;
    detail::Forget(batch);
  }
}

Error Semaphore::Acquire(const Context& context, std::int64_t n) {
  const RecvChan<Unit> done = context.Done();
  if (n > size_) {  // queued, it would keep all others out
    done.RecvOk();
    return context.Err();
  }
  detail::PermitWaiter waiter{.wants = n};
  bool waits = false;
  {
    const detail::UnseenHolder hold(lock_);
    if (first_ == nullptr && size_ - out_ >= n) {
      Grant(waiter);
    } else {
      waits = true;
      (first_ == nullptr ? first_ : last_->next) = &waiter;
      last_ = &waiter;
    }
  }
  if (waits && Select(OnRecv(waiter.ready), OnRecv(done)) != 0 && Leave(waiter)) {
    return context.Err();
  }
  detail::Observe(waiter.batches);
  return nullptr;
}

bool Semaphore::TryAcquire(std::int64_t n) {
  detail::PermitWaiter taker{.wants = n};
  {
    const detail::UnseenHolder hold(lock_);
    if (first_ != nullptr || size_ - out_ < n) return false;
    Grant(taker);
  }
  detail::Observe(taker.batches);
  return true;
}

void Semaphore::ReleaseAt(std::int64_t n, std::uintptr_t pc) {
  const detail::UnseenHolder hold(lock_);
  if (n > out_) detail::Throw("semaphore: released more than held");
  out_ -= n;
  Keep(n, pc);
  ServeWaiters();
}

// Those who wait and can go on, in order, with the lock held.
void Semaphore::ServeWaiters() {
  while (first_ != nullptr && size_ - out_ >= first_->wants) {
    detail::PermitWaiter& waiter = *first_;
    first_ = waiter.next;
    Grant(waiter);
    waiter.granted = true;
    // By nobody: what it learns comes with its permits.
    Unit unit;
    const Chan<Unit> ready = waiter.ready;
    detail::Deliver(ready.core(), &unit, detail::Clock());
  }
}

// The context of a waiter was cancelled. False: it has got its permits meanwhile.
bool Semaphore::Leave(detail::PermitWaiter& waiter) {
  const detail::UnseenHolder hold(lock_);
  if (waiter.granted) return false;
  detail::PermitWaiter* before = nullptr;
  for (detail::PermitWaiter* at = first_; at != &waiter; at = at->next) before = at;
  (before == nullptr ? first_ : before->next) = waiter.next;
  if (last_ == &waiter) last_ = before;
  ServeWaiters();  // it may have kept others out
  return true;
}

#if GOSYNC_RACE

// n permits, which are there: those never used, and then those that were released longest ago.
void Semaphore::Grant(detail::PermitWaiter& to) {
  const detail::Quiet quiet;
  out_ += to.wants;
  std::int64_t missing = to.wants - std::min(to.wants, unused_);
  unused_ -= to.wants - missing;
  while (missing > 0) {
    detail::PermitBatch* batch = oldest_;
    if (batch->count > missing) {
      batch = new detail::PermitBatch{.count = missing};
      batch->clock.Copy(oldest_->clock);
      oldest_->count -= missing;
    } else {
      oldest_ = batch->next;
    }
    missing -= batch->count;
    batch->next = to.batches;
    to.batches = batch;
  }
}

void Semaphore::Keep(std::int64_t n, std::uintptr_t pc) {
  detail::PermitBatch* batch;
  {
    const detail::Quiet quiet;
    batch = new detail::PermitBatch{.count = n};
  }
  batch->clock.ReleaseStore(this, pc);
  (oldest_ == nullptr ? oldest_ : newest_->next) = batch;
  newest_ = batch;
}

#else

void Semaphore::Grant(detail::PermitWaiter& to) { out_ += to.wants; }
void Semaphore::Keep(std::int64_t, std::uintptr_t) {}

#endif

}  // namespace GOSYNC_VARIANT
}  // namespace gosync
