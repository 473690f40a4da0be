#include "runtime/report/seen.h"

#include "runtime/sys.h"

namespace hbsan {

std::uint64_t* SeenSet::Slot(std::uint64_t key) const {
  std::size_t i = (key * 0x9E3779B97F4A7C15u) >> 20 & (capacity_ - 1);
  while (slots_[i] != 0 && slots_[i] != key) i = (i + 1) & (capacity_ - 1);
  return &slots_[i];
}

bool SeenSet::Insert(std::uint64_t key) {
  if ((size_ + 1) * 2 > capacity_) Grow();
  std::uint64_t* slot = Slot(key);
  if (*slot == key) return false;
  *slot = key;
  ++size_;
  return true;
}

void SeenSet::Clear() {
  if (slots_ != nullptr) sys::Unmap(slots_, capacity_ * sizeof(*slots_));
  slots_ = nullptr;
  capacity_ = size_ = 0;
}

void SeenSet::Grow() {
  std::uint64_t* old = slots_;
  const std::size_t old_capacity = capacity_;
  capacity_ = old_capacity == 0 ? 1024 : 2 * old_capacity;
  slots_ = static_cast<std::uint64_t*>(sys::Map(capacity_ * sizeof(*slots_)));
  for (std::size_t i = 0; i < old_capacity; ++i) {
    if (old[i] != 0) *Slot(old[i]) = old[i];
  }
  if (old != nullptr) sys::Unmap(old, old_capacity * sizeof(*old));
}

}  // namespace hbsan
