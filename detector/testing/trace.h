// A trace: what the threads of a program do, in one global order, as a list of operations that can
// be run again, cut into pieces and printed.
//
// An operation that makes no sense when its turn comes (its thread does not run, the mutex is
// taken, the channel full,
// ...) is skipped, so any part of a trace is a trace.
#ifndef HBSAN_DETECTOR_TESTING_TRACE_H_
#define HBSAN_DETECTOR_TESTING_TRACE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "detector/testing/oracle.h"
#include "detector/types.h"

namespace hbsan::testing {

enum class OpKind {
  kStart,           // thread forks `other`
  kStartUnordered,  // `other` starts, ordered after nothing
  kFinish,          // thread ends; its end can be joined as `object`
  kDetach,          // thread ends; nobody can join it
  kJoin,            // thread joins end `object`
  kSuspend,         // thread stops running
  kResume,          // thread goes on where another stopped, on read plane `other`
  kCall,            // thread enters a function, called from `pc`
  kReturn,
  kAccess,
  kAcquire,  // the clock rules on sync object `object`, or on the one at `addr` if that is not 0
  kRelease,
  kReleaseStore,
  kReleaseAcquire,
  kDestroy,
  kLoad,  // atomic operations on `addr`
  kStore,
  kUpdate,
  kFence,
  kLock,  // a mutex at `addr`
  kUnlock,
  kReadLock,
  kReadUnlock,
  kSend,  // channel `object`; even numbers have a buffer
  kReceive,
  kClose,
  kRendezvous,  // thread and `other` meet
  kReset,
  kMove,
  kReclaim,      // `object` not 0: what all threads know, too; `other` not 0: only what is young
  kReclaimStep,  // the same, a step of it: see SteppedReclaim
  kTune,      // mixtures of bytes get `object` lists of credit, turns `other`; `size`: always move
  kEndTrace,  // thread 0 joins all others; all memory and objects are gone
};

struct Op {
  OpKind kind = OpKind::kEndTrace;
  int thread = 0;  // a slot, which threads use one after the other
  int other = 0;
  int object = 0;
  Addr addr = 0;
  Addr to = 0;
  std::size_t size = 0;
  AccessKind access = AccessKind::kRead;
  AccessFlavor flavor = AccessFlavor::kPlain;
  Order order = Order::kRelaxed;
  std::uintptr_t pc = 0;
};

using Trace = std::vector<Op>;

// The memory of traces: addresses in [kMemory, kMemory + kMemoryBytes). A page ends at kPageEnd,
// near the middle.
inline constexpr Addr kMemory = 0x7f31'4159'2000;
inline constexpr std::size_t kMemoryBytes = 0x4000;
inline constexpr Addr kPageEnd = kMemory + 0x2000;

std::string ToString(const Op& op);
std::string ToString(const Trace& trace);

}  // namespace hbsan::testing

#endif  // HBSAN_DETECTOR_TESTING_TRACE_H_
