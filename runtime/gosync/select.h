// Select, as Go's: waits until one of several channel operations can go on, and runs that one; if
// several can, a random one.
//
//   gosync::Select(
//       gosync::OnRecv(in, [&](int v) { ... }),                   // or (std::optional<int> v)
//       gosync::OnSend(out, value, [&] { ... }),
//       gosync::OnRecv(done),
//       gosync::Default([&] { ... }));
//
// The functions run after the operation, outside of the select. The result is the index of the case
// that ran. A case with the nil channel never runs; without any case that can, and without Default,
// it waits for ever. Of all cases only the one that ran orders anything.
#ifndef GOSYNC_SELECT_H_
#define GOSYNC_SELECT_H_

#include <cstdint>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "gosync/chan.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

struct Nothing {
  template <typename... Args>
  GOSYNC_UNCHECKED void operator()(Args&&...) const {}
};

template <typename T, typename F>
class RecvCase {
 public:
  static constexpr bool kIsDefault = false;
  RecvCase(const RecvCase&) = delete;  // which would be the program's accesses
  RecvCase& operator=(const RecvCase&) = delete;
  GOSYNC_UNCHECKED explicit RecvCase(ChanCore* channel) : channel_(channel) {}
  GOSYNC_UNCHECKED RecvCase(ChanCore* channel, F f) : channel_(channel), f_(std::move(f)) {}
  GOSYNC_UNCHECKED SelectCase Describe() { return {channel_, &element_.value, false, false}; }
  GOSYNC_UNCHECKED void Run(const SelectCase& done) {
    if (!done.ok) {
      Finish(std::optional<T>());
      return;
    }
    struct Owner {
      T& value;
      GOSYNC_UNCHECKED ~Owner() { value.~T(); }
    } owner{element_.value};
    if constexpr (std::is_invocable_v<F&, std::optional<T>>) {
      Finish(std::optional<T>(std::move(element_.value)));
    } else if constexpr (std::is_invocable_v<F&, T, bool>) {
      f_(std::move(element_.value), true);
    } else if constexpr (std::is_invocable_v<F&, T>) {
      f_(std::move(element_.value));
    } else {
      f_();
    }
  }

 private:
  GOSYNC_UNCHECKED void Finish(std::optional<T> received) {
    if constexpr (std::is_invocable_v<F&, std::optional<T>>) {
      f_(std::move(received));
    } else if constexpr (std::is_invocable_v<F&, T, bool>) {
      f_(T(), false);
    } else if constexpr (std::is_invocable_v<F&, T>) {
      f_(T());
    } else {
      f_();
    }
  }

  ChanCore* channel_;
  Element<T> element_;
  [[no_unique_address]] F f_;
};

template <typename T, typename F>
class SendCase {
 public:
  static constexpr bool kIsDefault = false;
  GOSYNC_UNCHECKED SendCase(ChanCore* channel, T value) : channel_(channel) {
    Put(element_, value);
  }
  GOSYNC_UNCHECKED SendCase(ChanCore* channel, T value, F f) : channel_(channel), f_(std::move(f)) {
    Put(element_, value);
  }
  SendCase(const SendCase&) = delete;
  SendCase& operator=(const SendCase&) = delete;
  GOSYNC_UNCHECKED ~SendCase() {
    if (!sent_) element_.value.~T();
  }
  GOSYNC_UNCHECKED SelectCase Describe() { return {channel_, &element_.value, true, false}; }
  GOSYNC_UNCHECKED void Run(const SelectCase&) {
    sent_ = true;
    f_();
  }

 private:
  ChanCore* channel_;
  Element<T> element_;
  [[no_unique_address]] F f_;
  bool sent_ = false;
};

template <typename F>
class DefaultCase {
 public:
  static constexpr bool kIsDefault = true;
  GOSYNC_UNCHECKED explicit DefaultCase(F f) : f_(std::move(f)) {}
  GOSYNC_UNCHECKED SelectCase Describe() { return {nullptr, nullptr, false, false}; }
  GOSYNC_UNCHECKED void Run(const SelectCase&) { f_(); }

 private:
  F f_;
};

template <typename Channel>
using ElementOf = typename std::decay_t<Channel>::value_type;

template <std::size_t... Index, typename... Cases>
GOSYNC_UNCHECKED int SelectAmong(std::uintptr_t pc, std::index_sequence<Index...>,
                                 Cases&... cases) {
  SelectCase described[] = {cases.Describe()...};
  const bool blocks = !(Cases::kIsDefault || ...);
  int chosen = Select(described, sizeof...(Cases), blocks, pc);
  if (chosen < 0) ((Cases::kIsDefault ? void(chosen = static_cast<int>(Index)) : void()), ...);
  (void(chosen == static_cast<int>(Index) && (cases.Run(described[Index]), true)), ...);
  return chosen;
}

}  // namespace detail

// A case that receives from `channel`. `f` is called with the element as f(T), where T() stands for
// a closed channel, f(std::optional<T>) or f(T, bool ok); or as f(), and the element is dropped.
template <typename Channel, typename F>
GOSYNC_INLINE auto OnRecv(const Channel& channel, F f) {
  return detail::RecvCase<detail::ElementOf<Channel>, F>(channel.core(), std::move(f));
}
template <typename Channel>
GOSYNC_INLINE auto OnRecv(const Channel& channel) {
  return detail::RecvCase<detail::ElementOf<Channel>, detail::Nothing>(channel.core());
}

// A case that sends `value`; `f()` is called when it was sent.
template <typename Channel, typename F>
GOSYNC_INLINE auto OnSend(const Channel& channel, detail::ElementOf<Channel> value, F f) {
  return detail::SendCase<detail::ElementOf<Channel>, F>(channel.core(), std::move(value),
                                                         std::move(f));
}
template <typename Channel>
GOSYNC_INLINE auto OnSend(const Channel& channel, detail::ElementOf<Channel> value) {
  return detail::SendCase<detail::ElementOf<Channel>, detail::Nothing>(channel.core(),
                                                                       std::move(value));
}

// Runs if no other case can at once. At most one, anywhere in the list.
template <typename F = detail::Nothing>
GOSYNC_INLINE auto Default(F f = {}) {
  return detail::DefaultCase<F>(std::move(f));
}

template <typename... Cases>
GOSYNC_UNCHECKED __attribute__((noinline)) int Select(Cases&&... cases) {
  static_assert((int{std::decay_t<Cases>::kIsDefault} + ... + 0) <= 1,
                "a select has at most one Default");
  if constexpr (sizeof...(Cases) == 0) {
    return detail::Select(nullptr, 0, /*blocks=*/true, GOSYNC_PC());
  } else {
    return detail::SelectAmong(GOSYNC_PC(), std::index_sequence_for<Cases...>(), cases...);
  }
}

}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_SELECT_H_
