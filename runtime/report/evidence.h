// From the engine's values to a Report: resolves stacks, threads, mutexes, what lives at the
// address, and why nothing orders the accesses. Called under the report lock with the runtime
// entered.
#ifndef HBSAN_RUNTIME_REPORT_EVIDENCE_H_
#define HBSAN_RUNTIME_REPORT_EVIDENCE_H_

#include <span>
#include <string_view>

#include "detector/detector.h"
#include "runtime/report/explanation.h"
#include "runtime/report/report_value.h"
#include "runtime/report/scratch.h"
#include "runtime/report/stack_variable.h"
#include "runtime/thread_info.h"

namespace hbsan {

class Evidence {
 public:
  // Everything that the reports refer to lives in `scratch`.
  explicit Evidence(Scratch& scratch) : scratch_(scratch) {}

  ReportStack Stack(StackId stack);
  ReportStack Stack(std::span<const std::uintptr_t> pcs);  // return addresses, innermost first
  // The report of a race that `t` found just now.
  Report OfRace(const ThreadState& t, const Race& race, std::string_view strip_path_prefix);
  // The report of a call of `caller` at `stack`; `mutex` is what it misused, if it is one.
  Report OfCall(std::string_view kind, const ThreadInfo& caller, StackId stack,
                const HeldLock& mutex);
  std::uint32_t AddThread(const ThreadInfo& thread);
  std::uint32_t AddMutex(Addr address, StackId fallback);

 private:
  static constexpr std::uint32_t kMaxThreads = 8;
  static constexpr std::uint32_t kMaxMutexes = 2 * LockSets::kMaxLocks + 1;

  ReportAccess Side(const Access& access);
  void Explain(const ThreadState& t, const Race& race, std::string_view strip_path_prefix,
               Report& report);
  ReportRelease Release(const ReleaseFact& fact);
  std::span<const std::string_view> Tests(const Report& report);

  Scratch& scratch_;
  ReportThread threads_[kMaxThreads];
  const ThreadInfo* thread_infos_[kMaxThreads];
  std::uint32_t thread_count_ = 0;
  ReportMutex mutexes_[kMaxMutexes];
  std::uint32_t mutex_count_ = 0;
};

// What lives at `address`. On a stack: `window` is what surrounds it, copied into `scratch`.
ReportLocation FindLocation(Evidence& evidence, Addr address, Scratch& scratch,
                            StackWindow& window);

// The kind of a race, named as ThreadSanitizer names it.
std::string_view RaceKind(const Race& race);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_EVIDENCE_H_
