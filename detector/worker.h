// What serves whichever goroutine or thread runs on an OS thread: caches that pay only while it
// runs. Kept apart from ThreadState, so that a parked goroutine is small.
#ifndef HBSAN_DETECTOR_WORKER_H_
#define HBSAN_DETECTOR_WORKER_H_

#include <cstdint>

#include "detector/types.h"
#include "detector/vector_clock.h"

namespace hbsan {

// The record that a site made last, so that all cells the site touches in one epoch share it. Valid
// if the record lies in the present epoch's id range and the locks held are the same.
struct SiteCacheEntry {
  std::uintptr_t pc;
  std::uint32_t node;   // stack below the site
  std::uint32_t stack;  // StackId of site and stack
  std::uint32_t record;
  std::uint32_t detail;  // Record's bytes and tag
};
static_assert(sizeof(SiteCacheEntry) == 24);

// Cell contents `before`, changed by `record` on `bytes` in the epoch, are `after`.
struct TransitionCacheEntry {
  Epoch epoch;
  std::uint32_t before;
  std::uint32_t record;
  std::uint32_t after;
  std::uint32_t bytes;
};
static_assert(sizeof(TransitionCacheEntry) == 24);

struct Worker {
  static constexpr int kWays = 4;
  static constexpr int kSiteSetBits = 6;
  static constexpr int kTransitionSetBits = 5;

  std::uint32_t index;       // in Detector's pool
  std::uint32_t generation;  // Records::generation that the cached ids are of
  std::uint32_t next_victim;
  std::uint32_t list_debt;  // see AccessChecker::PrefersSplit
  ClockNodeCache clock_nodes;
  SiteCacheEntry* last_site;  // of the last access
  SiteCacheEntry sites[1 << kSiteSetBits][kWays];
  TransitionCacheEntry transitions[1 << kTransitionSetBits][kWays];
};

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_WORKER_H_
