// Runs a trace on the engine and on the oracle at once and compares them.
//
// After each access: if a byte's first race is now, says the oracle, the engine must have reported
// a race; and whatever the engine reports must be a race for the oracle too, on a byte that both
// accesses have in common, with the two accesses' own thread, epoch, kind, extent, locks and call
// stack. (A byte that has raced before need not be reported again.) Plain accesses at odd pcs stand
// for instrumented code that checks inline before it calls the engine.
#ifndef HBSAN_DETECTOR_TESTING_TRACE_RUNNER_H_
#define HBSAN_DETECTOR_TESTING_TRACE_RUNNER_H_

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "detector/testing/oracle.h"
#include "detector/testing/stepped_reclaim.h"
#include "detector/testing/test_host.h"
#include "detector/testing/trace.h"

namespace hbsan::testing {

class TraceRunner {
 public:
  // Threads at once; slot 0 is the main thread, which never ends.
  static constexpr int kSlots = 256;

  TraceRunner();
  ~TraceRunner();

  // Runs one operation. What is wrong with the engine, if anything.
  std::optional<std::string> Run(const Op& op);

  // For generators.
  bool Runs(int slot) const {
    return threads_[slot].thread != nullptr && !threads_[slot].suspended;
  }
  bool WouldRace(const Op& access) const;
  bool AnyRaced(Addr addr, std::size_t size) const;
  int races() const { return races_; }
  Detector& detector() { return engine_->detector(); }

 private:
  struct Thread {
    std::unique_ptr<TestThread> thread;
    int oracle = 0;
    bool suspended = false;
    std::set<Addr> locks;
  };
  struct Mutex {
    std::set<int> writers;  // none or one
    std::set<int> readers;
  };
  struct Channel {
    int sent = 0;
    int received = 0;
    bool closed = false;
  };

  bool IsBusyReclaiming(const Op& op) const;
  // True if the operation is of the kind that the function runs.
  bool RunThreadOp(const Op& op, Thread& t);
  bool RunSyncOp(const Op& op, Thread& t);
  bool RunFence(const Op& op, Thread& t);
  bool RunLockOp(const Op& op, Thread& t);
  bool RunMemoryOp(const Op& op, Thread& t);
  std::optional<std::string> RunAtomic(const Op& op, Thread& t);
  std::optional<std::string> RunChannel(const Op& op, Thread& t);
  std::optional<std::string> RunAccess(const Op& op, Thread& t);

  void StartThread(int slot, Thread* parent);
  void EndThread(int slot, SyncObject* end);
  void EndTrace();
  void ReleaseAcquire(Thread& t, Oracle::Sync sync);
  void Meet(Thread& a, Thread& b);
  void AcquireAt(Thread& t, Addr sync);
  void HoldMutex(const Op& op, Thread& t, bool shared);
  void Unlock(const Op& op, Thread& t, Addr clock);
  // At the thread's end: as a robust mutex, which nobody but its owner unlocks.
  void UnlockAll(int slot);
  void AtomicRead(const Op& op, Thread& t);
  void AtomicWrite(const Op& op, Thread& t);

  AccessEvent EventOf(const Op& access, const Thread& t) const;
  bool SameAccess(const Access& reported, const AccessEvent& event) const;
  bool SamePrevious(const Access& reported, const AccessEvent& event) const;
  std::optional<std::string> CheckReport(const Race& race, const Op& op,
                                         const AccessEvent& event) const;
  std::string Describe(const AccessEvent& event) const;
  std::string Describe(const Access& access) const;

  // Objects without an address go by numbers, below all addresses.
  static Oracle::Sync ObjectNumber(int object) { return 1 + object; }
  static Oracle::Sync EndNumber(int end) { return 1000 + end; }
  static Oracle::Sync SlotNumber(int channel, int slot) { return 2000 + 10 * channel + slot; }
  static Oracle::Sync CloseNumber(int channel) { return SlotNumber(channel, 9); }
  SyncObject& ObjectOf(Oracle::Sync sync, Thread& t);
  SyncObject& NumberedObject(Oracle::Sync number);
  void DeleteObject(Oracle::Sync number, Thread& t);

  std::unique_ptr<TestEngine> engine_;
  std::unique_ptr<SteppedReclaim> reclaim_;
  int reclaimer_ = 0;  // the slot of the thread whose Reclaim is under way
  std::unique_ptr<Oracle> oracle_;
  std::vector<Thread> threads_;
  std::deque<std::unique_ptr<HotState>>
      idle_;  // of suspended threads; whoever resumes gets the first
  std::map<Oracle::Sync, SyncObject*> objects_;
  std::map<Addr, Mutex> mutexes_;
  std::map<int, Channel> channels_;
  std::map<int, const ThreadDescription*> descriptions_;  // by the oracle's thread
  // Of the accesses of an epoch at one place.
  std::map<std::pair<std::uint64_t, std::vector<std::uintptr_t>>, std::set<std::size_t>> sizes_;
  int races_ = 0;
};

}  // namespace hbsan::testing

#endif  // HBSAN_DETECTOR_TESTING_TRACE_RUNNER_H_
