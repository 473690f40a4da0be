// Context, as Go's: says to all who work on one task that it is cancelled, until when it has to be
// done, and carries values that belong to it.
//
//   auto [ctx, cancel] = gosync::WithTimeout(parent, 2s);
//   gosync::Go([ctx] {
//     gosync::Select(gosync::OnRecv(work, ...), gosync::OnRecv(ctx.Done()));
//   });
//   cancel();
//
// A Context is a handle: copies are the same context. Default made, it is the background, which is
// never cancelled. A context is cancelled with its parent. As in Go, one that can be cancelled
// lives until it or its parent is, so call `cancel` when the task is over, whatever its outcome.
//
// What a goroutine did before it cancelled a context is ordered before a receive on the Done of
// that context and of those made from it, and before their Err and Cause, when these say that they
// are cancelled; a deadline likewise orders what came before the context was made. Nothing else
// orders anything. A context made from a cancelled one observes that.
#ifndef GOSYNC_CONTEXT_H_
#define GOSYNC_CONTEXT_H_

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "gosync/chan.h"
#include "gosync/handle.h"
#include "gosync/time.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {

// Why something failed, as Go's error; null: it did not.
using Error = std::exception_ptr;

class CanceledError : public std::runtime_error {
 public:
  CanceledError() : runtime_error("context canceled") {}
};
class DeadlineExceededError : public std::runtime_error {
 public:
  DeadlineExceededError() : runtime_error("context deadline exceeded") {}
};
// What Err returns: one CanceledError and one DeadlineExceededError, so that == tells.
Error Canceled();
Error DeadlineExceeded();

// The element of channels that only tell that something happened.
struct Unit {};

// Names a value of contexts by its address: make it a variable of the module that it belongs to.
template <typename T>
class ContextKey {
 public:
  ContextKey() = default;
  ContextKey(const ContextKey&) = delete;
  ContextKey& operator=(const ContextKey&) = delete;
};

namespace detail {

struct ContextNode;

void AddReference(ContextNode* node);
void DropReference(ContextNode* node);

using ContextHandle = Handle<ContextNode>;

// Each gives a new reference.
ContextNode* NewCancelled(ContextNode* parent);
Time TimeAfter(Duration delay);  // far ones are the last that there is
ContextNode* NewWithDeadline(ContextNode* parent, Time deadline, std::uintptr_t pc);
ContextNode* NewWithValue(ContextNode* parent, const void* key, std::shared_ptr<const void> value);
ContextNode* NewFunction(ContextNode* parent, std::function<void()> f, std::uintptr_t pc);
// Null error: Canceled(). False if it was cancelled before.
bool Cancel(ContextNode* node, Error cause, std::uintptr_t pc);
RecvChan<Unit> DoneOf(const ContextNode* node);
Error ErrorOf(ContextNode* node);
Error CauseOf(ContextNode* node);
std::optional<Time> DeadlineOf(const ContextNode* node);
const void* ValueOf(const ContextNode* node, const void* key);

}  // namespace detail

class Context {
 public:
  Context() = default;
  explicit Context(detail::ContextHandle handle) : handle_(std::move(handle)) {}

  // Is closed when the context is cancelled; nil if it cannot be.
  GOSYNC_INLINE RecvChan<Unit> Done() const { return detail::DoneOf(node()); }
  // Null until then; after, Canceled() or DeadlineExceeded().
  GOSYNC_INLINE Error Err() const { return detail::ErrorOf(node()); }
  // When it will be cancelled; empty if no deadline is set.
  GOSYNC_INLINE std::optional<Time> Deadline() const { return detail::DeadlineOf(node()); }
  // What was set last for this key on the way to this context; null if nothing was.
  template <typename T>
  GOSYNC_INLINE const T* Value(const ContextKey<T>& key) const {
    return static_cast<const T*>(detail::ValueOf(node(), &key));
  }
  GOSYNC_INLINE detail::ContextNode* node() const { return handle_.get(); }

 private:
  detail::ContextHandle handle_;
};

// The context that nothing cancels.
GOSYNC_INLINE Context Background() { return Context(); }

// Cancels its context, with the cause Canceled(); the first of all calls counts.
class CancelFunc {
 public:
  CancelFunc() = default;  // does nothing
  explicit CancelFunc(Context context) : context_(std::move(context)) {}
  GOSYNC_UNCHECKED __attribute__((noinline)) void operator()() const {
    detail::Cancel(context_.node(), nullptr, GOSYNC_PC());
  }

 private:
  Context context_;
};

// Cancels its context and says why; null: Canceled().
class CancelCauseFunc {
 public:
  CancelCauseFunc() = default;  // does nothing
  explicit CancelCauseFunc(Context context) : context_(std::move(context)) {}
  GOSYNC_UNCHECKED __attribute__((noinline)) void operator()(Error cause) const {
    detail::Cancel(context_.node(), std::move(cause), GOSYNC_PC());
  }

 private:
  Context context_;
};

// Keeps an AfterFunc's function from running. True: it will not run; false: it does or did, or was
// stopped before.
class StopFunc {
 public:
  StopFunc() = default;  // does nothing
  explicit StopFunc(Context context) : context_(std::move(context)) {}
  GOSYNC_UNCHECKED bool operator()() const {
    return detail::Cancel(context_.node(), nullptr, /*pc=*/0);
  }

 private:
  Context context_;
};

// A new context, and what cancels it.
template <typename Function>
struct Cancellable {
  Context context;
  Function cancel;
};

GOSYNC_INLINE Cancellable<CancelFunc> WithCancel(const Context& parent) {
  Context context{detail::ContextHandle(detail::NewCancelled(parent.node()))};
  return {context, CancelFunc(context)};
}
GOSYNC_INLINE Cancellable<CancelCauseFunc> WithCancelCause(const Context& parent) {
  Context context{detail::ContextHandle(detail::NewCancelled(parent.node()))};
  return {context, CancelCauseFunc(context)};
}
// Cancelled with DeadlineExceeded() at that time, if not before.
GOSYNC_UNCHECKED __attribute__((noinline)) inline Cancellable<CancelFunc> WithDeadline(
    const Context& parent, Time deadline) {
  Context context{
      detail::ContextHandle(detail::NewWithDeadline(parent.node(), deadline, GOSYNC_PC()))};
  return {context, CancelFunc(context)};
}
GOSYNC_UNCHECKED __attribute__((noinline)) inline Cancellable<CancelFunc> WithTimeout(
    const Context& parent, Duration timeout) {
  Context context{detail::ContextHandle(
      detail::NewWithDeadline(parent.node(), detail::TimeAfter(timeout), GOSYNC_PC()))};
  return {context, CancelFunc(context)};
}
// `value` is not changed after that, as many may read it.
template <typename T>
GOSYNC_INLINE Context WithValue(const Context& parent, const ContextKey<T>& key,
                                std::type_identity_t<T> value) {
  return Context(detail::ContextHandle(
      detail::NewWithValue(parent.node(), &key, std::make_shared<const T>(std::move(value)))));
}

// Why the context was cancelled: what cancelled it said, or else its Err(). Null before.
GOSYNC_INLINE Error Cause(const Context& context) { return detail::CauseOf(context.node()); }

// Runs f in a goroutine of its own once the context is cancelled. What came before this call, and
// before the cancelling, is ordered before f.
GOSYNC_UNCHECKED __attribute__((noinline)) inline StopFunc AfterFunc(const Context& context,
                                                                     std::function<void()> f) {
  return StopFunc(Context(
      detail::ContextHandle(detail::NewFunction(context.node(), std::move(f), GOSYNC_PC()))));
}

}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_CONTEXT_H_
