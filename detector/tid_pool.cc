#include "detector/tid_pool.h"

#include <algorithm>

namespace hbsan {

void TidPool::Init(const Host& host) {
  host_ = &host;
  finished_ = static_cast<Epoch*>(host.reserve(sizeof(Epoch) * kMaxTids));
  last_clocks_ = static_cast<Clock*>(host.reserve(sizeof(Clock) * kMaxTids));
  states_ = static_cast<FinishedState*>(host.reserve(sizeof(FinishedState) * kMaxTids));
}

Tid TidPool::Allocate(CoveredFunction covered, const void* context, Clock& start) {
  SpinLockHolder hold(lock_);
  if (anybodys_count_ > 0) {
    if (generation_is_stale_) generation_.fetch_add(1, std::memory_order_relaxed);
    generation_is_stale_ = false;
    --anybodys_count_;
    while (states_[lowest_] != kAnybodys) ++lowest_;
    states_[lowest_] = kHasRecords;
    start = {last_clocks_[lowest_].value + 1};
    return {lowest_++};
  }
  const std::uint32_t tried = std::min(finished_count_, kCandidates);
  for (std::uint32_t i = 1; i <= tried; ++i) {
    Epoch& slot = finished_[finished_count_ - i];
    const Epoch last = slot;
    if (!covered(last, context)) continue;
    slot = finished_[--finished_count_];
    states_[last.tid().value] = kHasRecords;
    start = {last.clock().value + 1};
    return last.tid();
  }
  // The candidates that did not fit go to the far end, so that others are tried next time.
  if (tried == kCandidates && finished_count_ > kCandidates) {
    std::swap(finished_[rotate_++ % (finished_count_ - kCandidates)],
              finished_[finished_count_ - 1]);
  }
  if (++used_ == kMaxTids) host_->fatal("too many threads and goroutines at once");
  start = {1};
  return {used_};
}

void TidPool::Finish(Epoch last) {
  SpinLockHolder hold(lock_);
  finished_[finished_count_++] = last;
}

}  // namespace hbsan
