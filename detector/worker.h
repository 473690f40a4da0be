// What serves whichever goroutine or thread runs on an OS thread: caches that pay only while it
// runs. Kept apart from ThreadState, so that a parked goroutine is small.
#ifndef HBSAN_DETECTOR_WORKER_H_
#define HBSAN_DETECTOR_WORKER_H_

#include <cstdint>
#include <cstring>

#include "detector/lock_sets.h"
#include "detector/types.h"
#include "detector/vector_clock.h"

namespace hbsan {

// The record that a site made last, so that all cells the site touches in one epoch share it. Valid
// if the record is reusable (see ThreadState).
struct SiteCacheEntry {
  std::uintptr_t pc;
  std::uint32_t node;  // stack below the site
  std::uint32_t site;  // Detector::SiteOf(pc)
  std::uint32_t record;
  std::uint32_t detail;  // Record's bytes << 8 | tag

  bool IsOf(std::uintptr_t of_pc, std::uint32_t of_node, std::uint32_t of_detail) const {
    return pc == of_pc && node == of_node && detail == of_detail;
  }
  // Its upper bits name the entry.
  static std::uint32_t Hash(std::uintptr_t pc, std::uint32_t node, std::uint32_t detail) {
    return (static_cast<std::uint32_t>(pc) ^ node * 0x85ebca6bu ^ detail * 0xc2b2ae35u) *
           0x9e3779b1u;
  }
};
static_assert(sizeof(SiteCacheEntry) == 24);

// The StackDepot's node of `pc` above the stack `below`; 0: the entry is empty.
struct StackCacheEntry {
  std::uintptr_t pc;
  std::uint32_t below;
  std::uint32_t node;

  // Its upper bits name the entry.
  static std::uint32_t Hash(std::uintptr_t pc, std::uint32_t below) {
    return (static_cast<std::uint32_t>(pc) ^ below * 0x85ebca6bu) * 0x9e3779b1u;
  }
};
static_assert(sizeof(StackCacheEntry) == 16);

// The set of one held lock.
struct LockCacheEntry {
  HeldLock held;
  LockSetId set;

  // Its upper bits name the entry.
  static std::uint32_t Hash(const HeldLock& held) {
    const std::uint32_t mixed = static_cast<std::uint32_t>(held.mutex) ^ held.acquired.value << 8;
    return mixed * 0x9e3779b1u;
  }
};

// The record that was made last for a mosaic. Valid if it is reusable (see ThreadState).
struct MosaicCacheEntry {
  std::uint32_t mosaic;
  std::uint32_t record;
};

// Cell contents `before`, with the site of `record`, of the present epoch, on `bytes`, become
// `after`. Valid if `after` lies in the present epoch's id range. A plain access's `record` is the
// site's for whole halves, so that one serves for all bytes.
struct Transition {
  std::uint32_t before;
  std::uint32_t record;
  std::uint32_t after;
  std::uint8_t bytes;
  bool may_race;  // `before` was not known to be ordered
  bool mixture;   // see AccessChecker::IsMixture

  // Its upper bits name the set.
  static std::uint32_t Hash(std::uint32_t before, std::uint32_t record, std::uint8_t bytes) {
    return (before ^ (record * 31) ^ bytes) * 0x9e3779b1u;
  }
};
static_assert(sizeof(Transition) == 16);

// The same of an access to part of a half of a cell, by its site, so that nothing else needs to be
// looked up: a loop over bytes makes one for a cell after the other. Valid if `after`, which is one
// record or patches, is reusable (see ThreadState).
struct PartTransition {
  std::uintptr_t pc;
  std::uint32_t node;
  std::uint32_t detail;  // as SiteCacheEntry's, of the bytes that are accessed
  std::uint32_t before;  // not 0
  std::uint32_t after;

  // Its upper bits name the entry.
  std::uint32_t Hash() const {
    return (static_cast<std::uint32_t>(pc) * kCellBytes ^ detail ^ before << 10) * 0x9e3779b1u;
  }
  // But for `after`.
  bool IsOf(const PartTransition& other) const {
    return before == other.before && pc == other.pc && node == other.node && detail == other.detail;
  }
};
static_assert(sizeof(PartTransition) == 24);

// The thread's node in the cell that holds `cell`.
struct TurnCacheEntry {
  std::uint32_t cell;
  std::uint32_t node;
  Tid tid;
};

inline constexpr int kCacheWays = 4;

// Valid when zero-filled.
template <int kSiteBits, int kTransitionSetBits, int kStackBits, int kLockBits, int kMosaicBits>
struct WorkerCaches {
  static constexpr int kSiteShift = 32 - kSiteBits;
  static constexpr int kTransitionShift = 32 - kTransitionSetBits;
  static constexpr int kStackShift = 32 - kStackBits;
  static constexpr int kLockShift = 32 - kLockBits;
  static constexpr std::uint32_t kMosaicMask = (1u << kMosaicBits) - 1;
  SiteCacheEntry sites[1 << kSiteBits];
  Transition transitions[1 << kTransitionSetBits][kCacheWays];
  StackCacheEntry stacks[1 << kStackBits];
  LockCacheEntry locks[1 << kLockBits];
  MosaicCacheEntry mosaics[1 << kMosaicBits];
  bool used;  // by an earlier worker

  // What is known of sites and stacks stays.
  void ForgetRecords() {
    for (SiteCacheEntry& site : sites) site.record = 0;
    std::memset(static_cast<void*>(transitions), 0, sizeof transitions);
    std::memset(static_cast<void*>(mosaics), 0, sizeof mosaics);
  }
};
using SmallCaches = WorkerCaches<5, 3, 4, 4, 4>;     // every worker's
using WideCaches = WorkerCaches<10, 8, 10, 10, 11>;  // of those that run much code

struct ThreadState;

// Of one OS thread: those of two share no line of the processor's caches.
struct alignas(kCacheLine) Worker {
  static constexpr std::uint32_t kMissesToWiden = 1024;
  static constexpr int kPartBits = 8;
  static constexpr int kTurnBits = 6;

  std::uint32_t index;       // in Detector's pool
  std::uint32_t wide;        // its WideCaches' index in Detector's pool; 0: none
  std::uint32_t generation;  // Records::generation that the cached ids are of
  std::uint32_t misses;      // of its small caches
  std::uint32_t next_victim;
  std::uint32_t list_debt;    // see AccessChecker::PrefersSplit
  std::uint32_t turn_credit;  // see Detector::PrefersTurns
  ClockNodeCache clock_nodes;
  SiteCacheEntry* sites;
  Transition (*transitions)[kCacheWays];
  int site_shift;  // an entry's or set's number is what this leaves of the hash
  StackCacheEntry* stacks;
  int transition_shift;
  LockCacheEntry* locks;
  int stack_shift;
  int lock_shift;
  MosaicCacheEntry* mosaics;
  std::uint32_t mosaic_mask;
  SmallCaches small;
  PartTransition parts[1 << kPartBits];
  TurnCacheEntry turns[1 << kTurnBits];

  SiteCacheEntry& SiteAt(std::uintptr_t pc, std::uint32_t node, std::uint32_t detail) const {
    return sites[SiteCacheEntry::Hash(pc, node, detail) >> site_shift];
  }
  MosaicCacheEntry& MosaicAt(std::uint32_t mosaic) const { return mosaics[mosaic & mosaic_mask]; }
  PartTransition& PlaceOf(const PartTransition& part) {
    return parts[part.Hash() >> (32 - kPartBits)];
  }
  TurnCacheEntry& TurnAt(std::uint32_t cell) {
    return turns[cell * 0x9e3779b1u >> (32 - kTurnBits)];
  }
  // Null: not known.
  const Transition* FindTransition(const ThreadState& t, std::uint32_t before, std::uint32_t record,
                                   std::uint8_t bytes) const;
  void KeepTransition(const Transition& made) {
    const std::uint32_t hash = Transition::Hash(made.before, made.record, made.bytes);
    transitions[hash >> transition_shift][next_victim++ % kCacheWays] = made;
  }
};

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_WORKER_H_
