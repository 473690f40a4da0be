// Sync objects: the clock L of each mutex, atomic, channel slot, barrier, ... and where to find it by address.
//
// A word of the sync plane per 8 bytes of memory heads a list of the objects whose address lies there. Objects are
// created and destroyed by any thread; whoever found one takes its lock and checks `address` before using it.
#ifndef HBSAN_DETECTOR_SYNC_H_
#define HBSAN_DETECTOR_SYNC_H_

#include <atomic>
#include <cstdint>

#include "detector/memory.h"
#include "detector/types.h"
#include "detector/vector_clock.h"

namespace hbsan {

struct SyncObject {
  SpinLock lock;
  // L is exactly what the thread of `released` knew when it released (true), or a join of several (false). In the first
  // case, whoever covers `released` has nothing to learn here.
  bool single = false;
  // For the host: what kind of object it is, e.g. a mutex's flags. The engine does not read it.
  std::uint16_t host_flags = 0;
  std::uint32_t index = 0;       // in SyncTable's pool
  std::uint32_t next = 0;        // in the same word
  std::uint32_t host_count = 0;  // e.g. recursion
  Addr address = 0;              // 0: none, or destroyed
  Epoch released;                // the last releaser's published epoch; its column in `known` may be older
  VectorClock known;             // L without that column
  Tid owner;                     // host's: who holds it
  StackId creation;              // host's: where it was made or first used
};
static_assert(sizeof(SyncObject) == 48);

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_SYNC_H_
