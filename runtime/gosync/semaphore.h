// Semaphore, as golang.org/x/sync/semaphore's Weighted: a number of permits, of which each takes as
// many as its work weighs.
//
// Whoever waits is served in order: one who wants many permits keeps later ones, who want few, out.
// A Release is ordered before the Acquires that get its permits: those released longest ago are
// given out first. With one permit each this is the order that sends and receives on a channel with
// a buffer have. Nothing else is ordered.
#ifndef GOSYNC_SEMAPHORE_H_
#define GOSYNC_SEMAPHORE_H_

#include <cstdint>

#include "gosync/clock.h"
#include "gosync/context.h"
#include "gosync/mutex.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

struct PermitWaiter;
struct PermitBatch;

}  // namespace detail

class Semaphore {
 public:
  explicit Semaphore(std::int64_t permits) : size_(permits) {}
  ~Semaphore();
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;

  // Waits for n permits; more than there are, for ever.
  void Acquire(std::int64_t n = 1) { Acquire(Background(), n); }
  // As long as the context is not cancelled; null if it got them, the context's Err() otherwise.
  Error Acquire(const Context& context, std::int64_t n);
  // False, and nothing is ordered, if it would have to wait.
  bool TryAcquire(std::int64_t n = 1);
  // Gives n permits back; more than are out: throws Panic.
  GOSYNC_UNCHECKED __attribute__((noinline)) void Release(std::int64_t n = 1) {
    ReleaseAt(n, GOSYNC_PC());
  }

 private:
  void ReleaseAt(std::int64_t n, std::uintptr_t pc);
  // With the lock held:
  void Grant(detail::PermitWaiter& to);
  void Keep(std::int64_t n, std::uintptr_t pc);
  void ServeWaiters();
  bool Leave(detail::PermitWaiter& waiter);

  const std::int64_t size_;
  Mutex lock_;  // of all that follows
  std::int64_t out_ = 0;
  detail::PermitWaiter* first_ = nullptr;
  detail::PermitWaiter* last_ = nullptr;
  // With detection: permits that were released, the oldest first. They go out after those that were
  // never used, which have no batch.
  detail::PermitBatch* oldest_ = nullptr;
  [[maybe_unused]] detail::PermitBatch* newest_ = nullptr;
  [[maybe_unused]] std::int64_t unused_ = size_;
};

}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_SEMAPHORE_H_
