// A function of the program that the library keeps until it is to run.
#ifndef GOSYNC_KEPT_FUNCTION_H_
#define GOSYNC_KEPT_FUNCTION_H_

#include <atomic>
#include <functional>
#include <utility>

#include "gosync/clock.h"
#include "gosync/handle.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

struct KeptFunction {
  explicit KeptFunction(std::function<void()> f) : run(std::move(f)) {}
  std::atomic<std::uint32_t> references{1};
  const std::function<void()> run;
};

inline void AddReference(KeptFunction* f) { f->references.fetch_add(1, std::memory_order_relaxed); }
// Whoever drops the last reference destroys what others called: by itself no access of the program.
inline void DropReference(KeptFunction* f) {
  if (f->references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  const Unseen unseen;
  delete f;
}

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_KEPT_FUNCTION_H_
