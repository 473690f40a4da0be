// Random traces of many shapes: few or many threads; with locks, atomics, channels, ... or without;
// race free or full of races; short, so that a failure can be understood, or long.
#ifndef HBSAN_DETECTOR_TESTING_TRACE_GENERATOR_H_
#define HBSAN_DETECTOR_TESTING_TRACE_GENERATOR_H_

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "detector/testing/trace.h"
#include "detector/testing/trace_runner.h"

namespace hbsan::testing {

// Fixed for a seed, everywhere (SplitMix64).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t Next();
  // In [0, n).
  int Below(int n) { return static_cast<int>(Next() % static_cast<std::uint64_t>(n)); }
  // True n times of m.
  bool Chance(int n, int m) { return Below(m) < n; }
  template <std::size_t n>
  int OneOf(const int (&values)[n]) {
    return values[Below(n)];
  }

 private:
  std::uint64_t state_;
};

class TraceGenerator {
 public:
  explicit TraceGenerator(std::uint64_t seed);

  // Generates a trace while running it, since the oracle's view of the past makes better next
  // operations. Appends what was run to `trace`. Returns what is wrong with the engine, if
  // anything; the trace ends there.
  std::optional<std::string> Run(TraceRunner& runner, Trace& trace);

 private:
  enum Category {
    kAccesses,
    kCalls,
    kRules,
    kLocks,
    kAtomics,
    kFences,
    kThreads,
    kChannels,
    kMemoryOps,
    kMigration,
    kReclaims,
    kCategories,
  };

  Op Next(const TraceRunner& runner);
  Category NextCategory();
  int RunningThread(const TraceRunner& runner);
  Op ThreadOp(Op op);
  Op AccessOp(Op op);
  Op LoopOp(Op op);
  Op ReadersOp(Op op);
  Op ReadNear(const Op& read, int thread);
  Op RuleOp(Op op);
  Op LockOp(Op op);
  void AddCriticalSection(const Op& lock);
  Op GuardedAccess(const Op& lock);
  Op AtomicOp(Op op);
  Op MemoryOp(Op op);
  Op ChannelOp(Op op);
  void PlaceAccess(Op& op);
  std::uintptr_t Pc() { return 0x1000 + random_.Below(pcs_); }

  Random random_;
  std::array<int, kCategories> weights_;
  int threads_;
  int length_;
  int window_;     // bytes of memory that most accesses fall into
  int pcs_;        // distinct program counters
  int objects_;    // distinct sync objects, mutexes, ...
  int avoided_;    // of 10 accesses that would race, how many are left out
  int unaligned_;  // of 10 accesses, how many are at any address
  bool starts_ordered_ = false;
  bool fork_early_;     // all threads start at once
  bool reset_raced_;    // memory that raced becomes fresh
  std::deque<Op> due_;  // what comes next in any case
};

}  // namespace hbsan::testing

#endif  // HBSAN_DETECTOR_TESTING_TRACE_GENERATOR_H_
