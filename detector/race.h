// What the engine is asked, and what it answers.
#ifndef HBSAN_DETECTOR_RACE_H_
#define HBSAN_DETECTOR_RACE_H_

#include <cstddef>
#include <cstdint>

#include "detector/lock_sets.h"
#include "detector/stack_depot.h"
#include "detector/thread_state.h"
#include "detector/types.h"

namespace hbsan {

// Where and how the program accesses memory; one site may be executed many times.
struct Site {
  std::uintptr_t pc = 0;  // return address of the hook's call
  AccessKind kind = AccessKind::kRead;
  AccessFlavor flavor = AccessFlavor::kPlain;
  Elements elements = {};
};

// One side of a race.
struct Access {
  Addr addr = 0;
  std::size_t size = 0;
  AccessKind kind = AccessKind::kRead;
  AccessFlavor flavor = AccessFlavor::kPlain;
  Epoch epoch;
  StackId stack;
  LockSetId locks;
  ThreadDescription* thread = nullptr;
};

struct Race {
  Access current;   // of the thread that found the race
  Access previous;  // unordered with it
};

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_RACE_H_
