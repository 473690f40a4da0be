// A library's own writes, which count for nothing while one of these lives.
#ifndef HBSAN_RUNTIME_INTERCEPTORS_IGNORED_WRITES_H_
#define HBSAN_RUNTIME_INTERCEPTORS_IGNORED_WRITES_H_

#include "runtime/hooks/ignore.h"
#include "runtime/runtime.h"

namespace hbsan {

class IgnoredWrites {
 public:
  IgnoredWrites() : active_(!InRuntime()) {
    if (!active_) return;
    RuntimeScope scope;
    BeginIgnoringAccesses(scope.thread(), AccessKind::kWrite);
  }
  ~IgnoredWrites() {
    if (!active_) return;
    RuntimeScope scope;
    EndIgnoringAccesses(scope.thread(), AccessKind::kWrite);
  }
  IgnoredWrites(const IgnoredWrites&) = delete;
  IgnoredWrites& operator=(const IgnoredWrites&) = delete;

 private:
  const bool active_;
};

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_INTERCEPTORS_IGNORED_WRITES_H_
