#include "runtime/frame_stacks.h"

#include "runtime/address_space.h"
#include "runtime/sys.h"

namespace hbsan {

void FrameStacks::Init() {
  slots_ = static_cast<char*>(ReserveAddressSpace(kUsualBytes * kSlots));
  free_ = static_cast<std::uint32_t*>(ReserveAddressSpace(sizeof(std::uint32_t) * kSlots));
}

Frame* FrameStacks::Allocate(std::size_t stack_bytes) {
  if (stack_bytes > kUsualBytes) return static_cast<Frame*>(sys::Map(stack_bytes));
  SpinLockHolder hold(lock_);
  std::uint32_t slot;
  if (free_count_ > 0) {
    slot = free_[--free_count_];
  } else {
    slot = used_++;
    if (slot == kSlots) sys::Fatal("too many threads at once");
  }
  return reinterpret_cast<Frame*>(slots_ + slot * kUsualBytes);
}

void FrameStacks::Free(Frame* frames, std::size_t stack_bytes) {
  if (stack_bytes > kUsualBytes) {
    sys::Unmap(frames, stack_bytes);
    return;
  }
  char* slot = reinterpret_cast<char*>(frames);
  SpinLockHolder hold(lock_);
  if (free_count_ >= kWarmSlots) sys::Discard(slot, kUsualBytes);
  free_[free_count_++] = static_cast<std::uint32_t>((slot - slots_) / kUsualBytes);
}

}  // namespace hbsan
