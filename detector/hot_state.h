// The hook ABI between instrumented code and the runtime: the one header that the compiler pass
// shares with it.
//
// Instrumented code addresses the running goroutine's or thread's HotState through the thread-local
// variable
// `__hbsan_hot` (TLS model initial-exec). Offsets are part of the ABI.
#ifndef HBSAN_DETECTOR_HOT_STATE_H_
#define HBSAN_DETECTOR_HOT_STATE_H_

#include <cstddef>
#include <cstdint>

namespace hbsan {

// One entry of the shadow call stack. `node` caches the StackDepot's node of the stack that ends
// here; 0: not computed.
struct Frame {
  std::uintptr_t return_address;
  std::uint32_t node;
  std::uint32_t unused;
};
static_assert(sizeof(Frame) == 16);

struct ThreadState;
struct Worker;

struct HotState {
  // Next free entry of the shadow call stack; null in a thread that the runtime has not seen yet.
  Frame* stack_top;
  // Record ids of this thread's present epoch that cover a whole cell: id - own_first < own_count,
  // modulo 2^32. A count of 0 makes every inline check miss.
  std::uint32_t own_first;
  std::uint32_t own_count;
  // Bases of the shadow planes that this thread checks: cell of address a at base + ((a & kKeyMask)
  // >> 3) * 4.
  std::uintptr_t write_plane;
  std::uintptr_t read_plane;
  ThreadState* state;
  Worker* worker;  // the engine's caches of this OS thread
  // > 0 while the thread is inside the runtime: signals wait, nested hooks return at once.
  std::uint32_t depth;
  // A signal arrived while depth was > 0; it is delivered when depth returns to 0.
  std::uint32_t signal_pending;
  // At distance (address & 4): the coverage bit, in record ids, of the half of its cell that the
  // address is not in.
  std::uint32_t other_half[2] = {1u << 31, 1u << 30};
};
static_assert(offsetof(HotState, stack_top) == 0);
static_assert(offsetof(HotState, own_first) == 8);
static_assert(offsetof(HotState, own_count) == 12);
static_assert(offsetof(HotState, write_plane) == 16);
static_assert(offsetof(HotState, read_plane) == 24);
static_assert(offsetof(HotState, other_half) == 56);

inline constexpr int kKeyBits = 44;
inline constexpr std::uintptr_t kKeyMask = (std::uintptr_t{1} << kKeyBits) - 1;

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_HOT_STATE_H_
