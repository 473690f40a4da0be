// Channels, as Go's.
//
//   gosync::Chan<int> c(16);               // with a buffer of 16; Chan<int>() is the nil channel
//   c.Send(1);                             // waits while the buffer is full
//   int v = c.Recv();                      // waits while it is empty; 0 once closed and drained
//   std::optional<int> w = c.RecvOk();     // empty once closed and drained
//   for (int x : c) ...                    // until then
//
// A Chan is a handle: copies are the same channel, which lives as long as one of them. Operations
// on the nil channel wait for ever. Elements may be move-only; a move must not throw, nor block.
// Misuse throws Panic: send on or close of a closed channel, close of the nil channel. When two
// goroutines use a channel, what is ordered is exactly what memory-model.md says.
#ifndef GOSYNC_CHAN_H_
#define GOSYNC_CHAN_H_

#include <cstddef>
#include <iterator>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>

#include "gosync/chan_core.h"
#include "gosync/fatal.h"
#include "gosync/handle.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {

template <typename T>
class SendChan;
template <typename T>
class RecvChan;

namespace detail {

template <typename T>
GOSYNC_UNCHECKED void RelocateElement(void* to, void* from) {
  new (to) T(std::move(*static_cast<T*>(from)));
  static_cast<T*>(from)->~T();
}

template <typename T>
GOSYNC_UNCHECKED void DestroyElement(void* element) {
  static_cast<T*>(element)->~T();
}

template <typename T>
inline constexpr ElementOps kOpsOf = {
    sizeof(T), alignof(T), std::is_trivially_copyable_v<T> ? nullptr : RelocateElement<T>,
    std::is_trivially_destructible_v<T> ? nullptr : DestroyElement<T>};

// Raw memory for a T that the library moves in or out.
template <typename T, bool kTrivial = std::is_trivially_copyable_v<T>>
union Element {
  GOSYNC_UNCHECKED Element() {}
  GOSYNC_UNCHECKED ~Element() {}
  T value;
};
template <typename T>
union Element<T, true> {
  GOSYNC_UNCHECKED Element() {}
  T value;
};

// Moves a parameter to where the channel takes it from.
template <typename T>
GOSYNC_UNCHECKED void Put(Element<T>& element, T& value) {
  if constexpr (std::is_trivially_copyable_v<T>) {
    __builtin_memcpy(static_cast<void*>(&element.value), static_cast<const void*>(&value),
                     sizeof(T));
  } else {
    const Unseen unseen;
    new (static_cast<void*>(&element.value)) T(std::move(value));
  }
}

template <typename T>
GOSYNC_UNCHECKED __attribute__((noinline)) void SendValue(ChanCore* c, T value) {
  if constexpr (std::is_trivially_copyable_v<T>) {
    Send(c, &value, GOSYNC_PC());
  } else {
    Element<T> element;
    Put(element, value);
    struct Owner {
      T* left;
      GOSYNC_UNCHECKED ~Owner() {
        if (left != nullptr) left->~T();
      }
    } owner{&element.value};
    Send(c, &element.value, GOSYNC_PC());
    owner.left = nullptr;
  }
}

template <typename T>
GOSYNC_UNCHECKED __attribute__((noinline)) bool TrySendValue(ChanCore* c, T& value) {
  if constexpr (std::is_trivially_copyable_v<T>) {
    return TrySend(c, &value, GOSYNC_PC());
  } else {
    // The channel destroys what it took; the caller's variable is left moved from.
    Element<T> element;
    Put(element, value);
    struct Owner {
      T* back;
      Element<T>* from;
      GOSYNC_UNCHECKED ~Owner() {
        if (from == nullptr) return;
        const Unseen unseen;
        *back = std::move(from->value);
        from->value.~T();
      }
    } owner{&value, &element};
    if (!TrySend(c, &element.value, GOSYNC_PC())) return false;
    owner.from = nullptr;
    return true;
  }
}

// What was received, if anything. Small ones are returned in registers, and become the program's
// values there.
template <typename T>
struct Received {
  Element<T> element;
  Tried tried;
};

template <typename T>
GOSYNC_UNCHECKED __attribute__((noinline)) Received<T> ReceiveSmall(ChanCore* c) {
  Received<T> received;
  received.tried =
      Receive(c, &received.element.value, GOSYNC_PC()) ? Tried::kReceived : Tried::kClosed;
  return received;
}

template <typename T>
GOSYNC_UNCHECKED __attribute__((noinline)) Received<T> TryReceiveSmall(ChanCore* c) {
  Received<T> received;
  received.tried = TryReceive(c, &received.element.value, GOSYNC_PC());
  return received;
}

// Others are received into memory of the caller's.
template <typename T>
GOSYNC_UNCHECKED __attribute__((noinline)) Tried ReceiveInto(ChanCore* c, Element<T>& element) {
  return Receive(c, &element.value, GOSYNC_PC()) ? Tried::kReceived : Tried::kClosed;
}

template <typename T>
GOSYNC_UNCHECKED __attribute__((noinline)) Tried TryReceiveInto(ChanCore* c, Element<T>& element) {
  return TryReceive(c, &element.value, GOSYNC_PC());
}

// Owns the element that was received there.
template <typename T>
struct ReceivedOwner {
  Element<T>& element;
  const bool owns;
  GOSYNC_INLINE ~ReceivedOwner() {
    if (owns) element.value.~T();
  }
};

template <typename T, bool kWaits>
GOSYNC_INLINE std::optional<T> ReceiveOptional(ChanCore* c, bool* closed = nullptr) {
  if constexpr (std::is_trivially_copyable_v<T>) {
    const Received<T> received = kWaits ? ReceiveSmall<T>(c) : TryReceiveSmall<T>(c);
    if (closed != nullptr) *closed = received.tried == Tried::kClosed;
    if (received.tried != Tried::kReceived) return std::nullopt;
    return std::optional<T>(received.element.value);
  } else {
    Element<T> element;
    const Tried tried = kWaits ? ReceiveInto<T>(c, element) : TryReceiveInto<T>(c, element);
    if (closed != nullptr) *closed = tried == Tried::kClosed;
    const ReceivedOwner<T> owner{element, tried == Tried::kReceived};
    if (!owner.owns) return std::nullopt;
    return std::optional<T>(std::move(element.value));
  }
}

template <typename T>
GOSYNC_INLINE T ReceiveValue(ChanCore* c) {
  if constexpr (std::is_trivially_copyable_v<T>) {
    const Received<T> received = ReceiveSmall<T>(c);
    return received.tried == Tried::kReceived ? received.element.value : T();
  } else {
    Element<T> element;
    const ReceivedOwner<T> owner{element, ReceiveInto<T>(c, element) == Tried::kReceived};
    if (!owner.owns) return T();
    return std::move(element.value);
  }
}

GOSYNC_UNCHECKED __attribute__((noinline)) inline void CloseHere(ChanCore* c) {
  Close(c, GOSYNC_PC());
}

using ChanHandle = Handle<ChanCore>;

template <typename T>
class ReceiveIterator {
 public:
  using value_type = T;
  using difference_type = std::ptrdiff_t;
  using iterator_category = std::input_iterator_tag;

  ReceiveIterator() = default;
  GOSYNC_INLINE explicit ReceiveIterator(ChanCore* c)
      : core_(c), value_(ReceiveOptional<T, true>(c)) {}
  GOSYNC_INLINE T& operator*() { return *value_; }
  GOSYNC_INLINE ReceiveIterator& operator++() {
    value_ = ReceiveOptional<T, true>(core_);
    return *this;
  }
  GOSYNC_INLINE void operator++(int) { ++*this; }
  GOSYNC_INLINE bool operator==(std::default_sentinel_t) const { return !value_.has_value(); }

 private:
  ChanCore* core_ = nullptr;
  std::optional<T> value_;
};

}  // namespace detail

// What sends; see above.
template <typename T>
class SendChan {
  static_assert(std::is_nothrow_move_constructible_v<T>, "elements move without exceptions");

 public:
  using value_type = T;

  SendChan() = default;
  GOSYNC_INLINE void Send(T value) const { detail::SendValue<T>(core(), std::move(value)); }
  // False if it would have to wait: `value` is as before.
  GOSYNC_INLINE bool TrySend(T&& value) const { return detail::TrySendValue<T>(core(), value); }
  GOSYNC_INLINE bool TrySend(const T& value) const
    requires std::is_copy_constructible_v<T>
  {
    T copy(value);
    return detail::TrySendValue<T>(core(), copy);
  }
  // Later receives drain what is buffered, and then return at once.
  GOSYNC_INLINE void Close() const { detail::CloseHere(core()); }
  // Elements in the buffer; orders nothing.
  GOSYNC_INLINE std::size_t Len() const { return detail::Length(core()); }
  GOSYNC_INLINE std::size_t Cap() const { return detail::Capacity(core()); }

  GOSYNC_INLINE explicit operator bool() const { return core() != nullptr; }
  GOSYNC_INLINE detail::ChanCore* core() const { return handle_.get(); }

 protected:
  friend class RecvChan<T>;
  GOSYNC_INLINE explicit SendChan(detail::ChanHandle handle) : handle_(std::move(handle)) {}
  detail::ChanHandle handle_;
};

// What receives.
template <typename T>
class RecvChan {
 public:
  using value_type = T;

  RecvChan() = default;
  // The element, or T() if the channel is closed and drained.
  GOSYNC_INLINE T Recv() const
    requires std::is_default_constructible_v<T>
  {
    return detail::ReceiveValue<T>(core());
  }
  // The element; empty if the channel is closed and drained.
  GOSYNC_INLINE std::optional<T> RecvOk() const { return detail::ReceiveOptional<T, true>(core()); }
  // The element; empty if there is none, and then `closed`, if given, says whether there never will
  // be.
  GOSYNC_INLINE std::optional<T> TryRecv(bool* closed = nullptr) const {
    return detail::ReceiveOptional<T, false>(core(), closed);
  }
  GOSYNC_INLINE std::size_t Len() const { return detail::Length(core()); }
  GOSYNC_INLINE std::size_t Cap() const { return detail::Capacity(core()); }

  // Range-for: receives until the channel is closed and drained.
  GOSYNC_INLINE detail::ReceiveIterator<T> begin() const {
    return detail::ReceiveIterator<T>(core());
  }
  GOSYNC_INLINE std::default_sentinel_t end() const { return {}; }

  GOSYNC_INLINE explicit operator bool() const { return core() != nullptr; }
  GOSYNC_INLINE detail::ChanCore* core() const { return handle_.get(); }

 protected:
  GOSYNC_INLINE explicit RecvChan(detail::ChanHandle handle) : handle_(std::move(handle)) {}
  detail::ChanHandle handle_;
};

// Both directions.
template <typename T>
class Chan {
  static_assert(std::is_nothrow_move_constructible_v<T>, "elements move without exceptions");

 public:
  using value_type = T;

  Chan() = default;  // the nil channel
  // A new channel with a buffer of `capacity` elements.
  GOSYNC_INLINE explicit Chan(std::size_t capacity)
      : handle_(detail::NewChan(detail::kOpsOf<T>, capacity)) {}

  GOSYNC_INLINE void Send(T value) const { detail::SendValue<T>(core(), std::move(value)); }
  GOSYNC_INLINE bool TrySend(T&& value) const { return detail::TrySendValue<T>(core(), value); }
  GOSYNC_INLINE bool TrySend(const T& value) const
    requires std::is_copy_constructible_v<T>
  {
    T copy(value);
    return detail::TrySendValue<T>(core(), copy);
  }
  GOSYNC_INLINE void Close() const { detail::CloseHere(core()); }
  GOSYNC_INLINE T Recv() const
    requires std::is_default_constructible_v<T>
  {
    return detail::ReceiveValue<T>(core());
  }
  GOSYNC_INLINE std::optional<T> RecvOk() const { return detail::ReceiveOptional<T, true>(core()); }
  GOSYNC_INLINE std::optional<T> TryRecv(bool* closed = nullptr) const {
    return detail::ReceiveOptional<T, false>(core(), closed);
  }
  GOSYNC_INLINE std::size_t Len() const { return detail::Length(core()); }
  GOSYNC_INLINE std::size_t Cap() const { return detail::Capacity(core()); }
  GOSYNC_INLINE detail::ReceiveIterator<T> begin() const {
    return detail::ReceiveIterator<T>(core());
  }
  GOSYNC_INLINE std::default_sentinel_t end() const { return {}; }

  GOSYNC_INLINE operator SendChan<T>() const { return View<SendChan<T>>(handle_); }
  GOSYNC_INLINE operator RecvChan<T>() const { return View<RecvChan<T>>(handle_); }
  GOSYNC_INLINE explicit operator bool() const { return core() != nullptr; }
  GOSYNC_INLINE detail::ChanCore* core() const { return handle_.get(); }

 private:
  template <typename Base>
  struct View : Base {
    GOSYNC_INLINE explicit View(detail::ChanHandle handle) : Base(std::move(handle)) {}
  };
  detail::ChanHandle handle_;
};

// A new channel; without a buffer unless one is asked for.
template <typename T>
GOSYNC_INLINE Chan<T> MakeChan(std::size_t capacity = 0) {
  return Chan<T>(capacity);
}

// The same channel, in whatever direction?
template <typename A, typename B>
  requires requires(const A& a, const B& b) {
    { a.core() } -> std::same_as<detail::ChanCore*>;
    { b.core() } -> std::same_as<detail::ChanCore*>;
  }
GOSYNC_INLINE bool operator==(const A& a, const B& b) {
  return a.core() == b.core();
}

}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_CHAN_H_
