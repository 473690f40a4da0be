// EmbeddedClock: L of a primitive that keeps its clock within itself (channel slots, the library's
// mutexes, ...). No table, no lock: whoever uses one excludes all others meanwhile.
//
// Valid and empty when zero-filled. Its owner gives it up with Detector::Drop.
#ifndef HBSAN_DETECTOR_EMBEDDED_CLOCK_H_
#define HBSAN_DETECTOR_EMBEDDED_CLOCK_H_

#include <cstdint>

#include "detector/types.h"
#include "detector/vector_clock.h"

namespace hbsan {

struct EmbeddedClock {
  VectorClock known;  // L without the column of `released`
  // Not 0: L is exactly what that thread knew when it released, and whoever covers `released` has
  // nothing to learn here; as long as this is the present generation of tids (TidPool). (Objects in
  // the SyncTable are told when a tid goes to a new owner; these are not.)
  std::uint32_t single_in = 0;
  Epoch released;  // the last releaser's published epoch

  bool empty() const { return known.empty() && released.empty(); }
};
static_assert(sizeof(EmbeddedClock) == 24);

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_EMBEDDED_CLOCK_H_
