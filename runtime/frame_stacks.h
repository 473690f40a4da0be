// Memory of the shadow call stacks.
//
// Each frame of the program takes at least 16 bytes of its stack (return address and alignment), so
// a shadow stack of the same size as the thread's stack never overflows and needs no check. Stacks
// of the usual size come from one reserved range, so that thousands of threads do not meet the
// system's limit on mappings.
#ifndef HBSAN_RUNTIME_FRAME_STACKS_H_
#define HBSAN_RUNTIME_FRAME_STACKS_H_

#include <cstddef>
#include <cstdint>

#include "detector/hot_state.h"
#include "detector/memory.h"

namespace hbsan {

class FrameStacks {
 public:
  static constexpr std::size_t kUsualBytes = std::size_t{8} << 20;

  void Init();
  // For a thread whose stack has `stack_bytes`. Pages are touched when frames are.
  Frame* Allocate(std::size_t stack_bytes);
  void Free(Frame* frames, std::size_t stack_bytes);

 private:
  static constexpr std::uint32_t kSlots = 1u << 17;
  // Freed slots that keep their pages; the pages of further ones are returned.
  static constexpr std::uint32_t kWarmSlots = 64;

  char* slots_ = nullptr;
  std::uint32_t* free_ = nullptr;
  std::uint32_t free_count_ = 0;
  std::uint32_t used_ = 0;
  SpinLock lock_;
};

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_FRAME_STACKS_H_
