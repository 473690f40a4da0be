// Goroutines that wait for counted permits, handed over in order: what RWMutex and WaitGroup park
// on. It orders nothing by itself.
#ifndef GOSYNC_SEMAPHORE_QUEUE_H_
#define GOSYNC_SEMAPHORE_QUEUE_H_

#include <cstdint>

#include "gosync/spin_lock.h"
#include "gosync/wait_queue.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

class SemaphoreQueue {
 public:
  void Acquire(WaitReason reason, const void* object);
  void Release(std::uint32_t permits = 1);

 private:
  SpinLock lock_;
  std::uint32_t permits_ = 0;
  WaitQueue queue_;
};

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_SEMAPHORE_QUEUE_H_
