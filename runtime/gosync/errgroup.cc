#include "gosync/errgroup.h"

#include "gosync/fatal.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {

ErrGroup::ErrGroup(const Context& parent) {
  auto [context, cancel] = WithCancelCause(parent);
  context_ = std::move(context);
  cancel_ = std::move(cancel);
}

void ErrGroup::SetLimit(int limit) {
  if (places_.Len() != 0) {
    detail::Throw("errgroup: modify limit while goroutines in the group are still active");
  }
  places_ = limit < 0 ? Chan<Unit>() : Chan<Unit>(static_cast<std::size_t>(limit));
}

void ErrGroup::Begin() {
  if (places_) places_.Send({});
  running_.Add(1);
}

bool ErrGroup::TryBegin() {
  if (places_ && !places_.TrySend(Unit())) return false;
  running_.Add(1);
  return true;
}

void ErrGroup::Fail(Error error) {
  {
    const detail::UnseenHolder hold(lock_);
    if (error_ != nullptr) return;
    error_ = error;
  }
  cancel_(std::move(error));
}

void ErrGroup::End() {
  if (places_) places_.Recv();
  running_.Done();
}

void ErrGroup::Wait() {
  running_.Wait();
  cancel_(error_);
  if (error_ != nullptr) std::rethrow_exception(error_);
}

}  // namespace GOSYNC_VARIANT
}  // namespace gosync
