// System calls of the scheduler. They are made directly: the detector's interceptors do not see
// them, so they order nothing.
#ifndef GOSYNC_SYSTEM_H_
#define GOSYNC_SYSTEM_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "gosync/atomic_cell.h"
#include "gosync/config.h"
#include "gosync/spin_lock.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

// Sleeps while `word` is `value`, at most `nanoseconds` (negative: for ever). May wake for no
// reason.
void FutexWait(AtomicCell<std::uint32_t>& word, std::uint32_t value, std::int64_t nanoseconds = -1);
void FutexWake(AtomicCell<std::uint32_t>& word, int count = 1);
void YieldThread();
std::int64_t Now();    // nanoseconds, monotonic
int ProcessorCount();  // that this process may use
// How many threads the process has; 0 if the system does not say.
int ThreadCount();
void WriteError(std::string_view text);
void CopyBytes(void* to, const void* from, std::size_t bytes);

// What the detector is to overlook: calls of libc that it intercepts, made for the library itself.
// Reclaiming waits until nobody does. So a lock that is needed is taken before (QuietHolder): its
// holder may wait for whoever reclaims.
class Quiet {
 public:
  Quiet();
  ~Quiet();
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;
};

class QuietHolder {
 public:
  explicit QuietHolder(SpinLock& lock) : hold_(lock) {}

 private:
  const SpinLockHolder hold_;
  const Quiet quiet_;
};

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_SYSTEM_H_
