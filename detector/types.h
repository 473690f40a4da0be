// The quantities of the happens-before engine, as types: none of them is a bare integer in an
// interface.
#ifndef HBSAN_DETECTOR_TYPES_H_
#define HBSAN_DETECTOR_TYPES_H_

#include <compare>
#include <cstddef>
#include <cstdint>

namespace hbsan {

using Addr = std::uintptr_t;

// Shadow cells stand for 8 bytes of memory.
inline constexpr std::size_t kCellBytes = 8;

// A column of the vector clocks. One goroutine or thread at a time owns it; a later one may take it
// over once its start is ordered after everything that the earlier owner did (see TidPool).
struct Tid {
  std::uint32_t value = 0;
  friend bool operator==(Tid, Tid) = default;
};
inline constexpr int kTidBits = 24;
inline constexpr std::uint32_t kMaxTids = 1u << kTidBits;

// A thread's logical time; 40 bits are three hours of nothing but releases at 100 M/s.
struct Clock {
  std::uint64_t value = 0;
  friend auto operator<=>(Clock, Clock) = default;
};
inline constexpr int kClockBits = 40;

// clock@tid, FastTrack's epoch: names one period of one thread between two releases.
class Epoch {
 public:
  constexpr Epoch() = default;
  constexpr Epoch(Tid tid, Clock clock)
      : bits_(std::uint64_t{tid.value} << kClockBits | clock.value) {}
  constexpr Tid tid() const { return {static_cast<std::uint32_t>(bits_ >> kClockBits)}; }
  constexpr Clock clock() const { return {bits_ & ((std::uint64_t{1} << kClockBits) - 1)}; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr std::uint64_t bits() const { return bits_; }
  static constexpr Epoch FromBits(std::uint64_t bits) {
    Epoch e;
    e.bits_ = bits;
    return e;
  }
  friend bool operator==(Epoch, Epoch) = default;

 private:
  std::uint64_t bits_ = 0;
};

// Access records are numbered; see records.h.
inline constexpr std::uint32_t kIndexBits = 30;
inline constexpr std::uint32_t kIndexMask = (1u << kIndexBits) - 1;

// A call stack in the StackDepot; 0 is the empty stack.
struct StackId {
  std::uint32_t value = 0;
  friend bool operator==(StackId, StackId) = default;
};

// An interned set of held mutexes in the LockSets table; 0 is the empty set.
struct LockSetId {
  std::uint16_t value = 0;
  friend bool operator==(LockSetId, LockSetId) = default;
};

enum class AccessKind : std::uint8_t { kRead, kWrite };

// What an access is besides a read or a write; two atomic accesses never race with each other.
enum class AccessFlavor : std::uint8_t {
  kPlain,
  kAtomic,
  kVptr,     // a load or store of an object's vtable pointer
  kFree,     // the deallocation of the block, a write of all of it
  kClose,    // an operation of a library that is modelled as an access (e.g. the close of a channel
             // or a descriptor)
  kChannel,  // a send (read) and a close (write) of a channel
  kWaitGroup,  // a first Add (read) and a Wait (write) of a WaitGroup
};

// What one check of a loop's accesses stands for: `size` bytes each (0: it stands for one access),
// side by side, or `stride` bytes from the start of one to the next.
struct Elements {
  std::size_t size = 0;
  std::size_t stride = 0;
};

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_TYPES_H_
