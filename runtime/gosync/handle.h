// A counted reference to a part of the library that lives as long as somebody refers to it.
//
// Reading and writing the handle is the program's access, as of any other variable. The count,
// which AddReference and DropReference keep unseen, orders nothing: those of std::shared_ptr would.
#ifndef GOSYNC_HANDLE_H_
#define GOSYNC_HANDLE_H_

#include <utility>

#include "gosync/config.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

template <typename Node>
class Handle {
 public:
  Handle() = default;
  GOSYNC_INLINE explicit Handle(Node* adopted) : node_(adopted) {}
  GOSYNC_INLINE Handle(const Handle& other) : node_(other.node_) {
    if (node_ != nullptr) AddReference(node_);
  }
  GOSYNC_INLINE Handle(Handle&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  GOSYNC_INLINE Handle& operator=(Handle other) noexcept {
    Node* const mine = node_;
    node_ = other.node_;
    other.node_ = mine;
    return *this;
  }
  GOSYNC_INLINE ~Handle() {
    if (node_ != nullptr) DropReference(node_);
  }
  GOSYNC_INLINE Node* get() const { return node_; }
  GOSYNC_INLINE explicit operator bool() const { return node_ != nullptr; }

 private:
  Node* node_ = nullptr;
};

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_HANDLE_H_
