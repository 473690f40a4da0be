// ErrGroup, as golang.org/x/sync/errgroup: goroutines that work on one task together.
//
// A function fails by an exception that leaves it; Wait throws the first of them. The end of each
// function is ordered before the return of Wait, and, with a limit, before the start that it makes
// room for.
#ifndef GOSYNC_ERRGROUP_H_
#define GOSYNC_ERRGROUP_H_

#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include "gosync/chan.h"
#include "gosync/context.h"
#include "gosync/go.h"
#include "gosync/mutex.h"
#include "gosync/waitgroup.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {

class ErrGroup {
 public:
  ErrGroup() = default;
  // With a context made from `parent`, which is cancelled once a function fails (which is its
  // Cause then) or Wait returns.
  explicit ErrGroup(const Context& parent);
  ErrGroup(const ErrGroup&) = delete;
  ErrGroup& operator=(const ErrGroup&) = delete;

  // The background, if the group has none.
  GOSYNC_INLINE const Context& context() const { return context_; }

  // At most so many functions run at once; negative: any number. Throws Panic while some run.
  void SetLimit(int limit);
  // Runs f in a goroutine of its own, waiting for a place if there is a limit.
  template <typename F>
  void Go(F&& f) {
    Begin();
    Start(std::forward<F>(f));
  }
  // False: there was no place, and f does not run.
  template <typename F>
  bool TryGo(F&& f) {
    if (!TryBegin()) return false;
    Start(std::forward<F>(f));
    return true;
  }
  // Returns once all functions have ended; throws what the first that failed threw.
  void Wait();

 private:
  template <typename F>
  void Start(F&& f) {
    gosync::Go([this, run = std::optional<std::decay_t<F>>(std::forward<F>(f))]() mutable {
      try {
        (*run)();
      } catch (...) {
        Fail(std::current_exception());
      }
      run.reset();
      End();
    });
  }
  void Begin();
  bool TryBegin();
  void Fail(Error error);
  void End();

  Context context_;
  CancelCauseFunc cancel_;
  WaitGroup running_;
  Chan<Unit> places_;  // nil: no limit
  Mutex lock_;
  Error error_;
};

}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_ERRGROUP_H_
