// Tids for clock columns. Clock width follows concurrency, not the number of threads ever started
// (online chain decomposition).
//
// A finished thread's tid goes to a new thread only if that thread's start is ordered after all
// that the earlier owner recorded (the parent covers its last epoch), or if no record of the
// earlier owner is left anywhere. Then "tid at a later clock" implies "tid at the earlier one", as
// for one thread, and no order is invented. Clocks go on where they ended.
#ifndef HBSAN_DETECTOR_TID_POOL_H_
#define HBSAN_DETECTOR_TID_POOL_H_

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "detector/memory.h"
#include "detector/types.h"

namespace hbsan {

class TidPool {
 public:
  void Init(const Host& host);

  // A tid whose last epoch satisfies `covered(epoch, context)`, or a fresh one. `start` is the
  // first clock to use.
  using CoveredFunction = bool (*)(Epoch last, const void* context);
  Tid Allocate(CoveredFunction covered, const void* context, Clock& start);
  // Its owner ended; `last` is the last epoch in which it recorded an access or published its
  // clock.
  void Finish(Epoch last);
  // Reclaim: finished tids without a record can go to anybody. for_each_used(mark) calls mark(tid)
  // for each tid that has records; the others are forgotten, and handed out once CommitForgotten
  // was called.
  template <typename ForEachUsed>
  void ForgetWithout(ForEachUsed for_each_used) {
    SpinLockHolder hold(lock_);
    const auto set = [&](FinishedState from, FinishedState to) {
      for (std::uint32_t i = 0; i < finished_count_; ++i) {
        FinishedState& state = states_[finished_[i].tid().value];
        if (state == from) state = to;
      }
    };
    set(kHasRecords, kForgotten);
    for_each_used([&](Tid tid) {
      if (states_[tid.value] == kForgotten) states_[tid.value] = kHasRecords;
    });
  }
  bool IsForgotten(Tid tid) const { return states_[tid.value] == kForgotten; }
  void CommitForgotten() {
    SpinLockHolder hold(lock_);
    std::uint32_t kept = 0;
    for (std::uint32_t i = 0; i < finished_count_; ++i) {
      const Epoch last = finished_[i];
      const std::uint32_t tid = last.tid().value;
      if (states_[tid] == kHasRecords) {
        finished_[kept++] = last;
        continue;
      }
      states_[tid] = kAnybodys;
      last_clocks_[tid] = last.clock();
      lowest_ = std::min(lowest_, tid);
      generation_is_stale_ = true;
    }
    anybodys_count_ += finished_count_ - kept;
    finished_count_ = kept;
  }
  std::uint32_t high_water() const { return used_; }
  // Changes before tids without records go to new owners, which need not know what the earlier ones
  // knew: what was said in terms of "whoever covers this epoch" no longer holds.
  const std::atomic<std::uint32_t>& generation() const { return generation_; }

 private:
  enum FinishedState : std::uint8_t { kHasRecords, kForgotten, kAnybodys };
  static constexpr std::uint32_t kCandidates = 16;  // finished tids tried per start

  const Host* host_ = nullptr;
  SpinLock lock_;
  Epoch* finished_ = nullptr;        // a stack of the finished, most recent last
  FinishedState* states_ = nullptr;  // by tid, of the finished ones
  // Those without records go out in order, so that what starts together has columns side by side.
  Clock* last_clocks_ = nullptr;  // by tid
  std::uint32_t lowest_ = ~0u;    // none is below
  std::atomic<std::uint32_t> generation_{1};
  bool generation_is_stale_ = false;  // it changes with the next of them that goes out
  std::uint32_t finished_count_ = 0;
  std::uint32_t anybodys_count_ = 0;
  std::uint32_t rotate_ = 0;
  std::uint32_t used_ = 0;  // tid 0 is never handed out
};

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_TID_POOL_H_
