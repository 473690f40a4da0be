// Reporting: turns what the engine and the interceptors found into text or JSON, once per distinct
// pair of stacks.
#ifndef HBSAN_RUNTIME_REPORT_REPORT_H_
#define HBSAN_RUNTIME_REPORT_REPORT_H_

#include <cstdint>

#include "detector/detector.h"

namespace hbsan {

// Misuse of an API by the program, named as ThreadSanitizer names it.
enum class Misuse : std::uint8_t {
  kMutexDestroyLocked,  // destroy of a locked mutex
  kMutexDoubleLock,     // double lock of a mutex
  kMutexInvalidAccess,  // use of an invalid mutex (e.g. uninitialized or destroyed)
  kMutexBadUnlock,      // unlock of an unlocked mutex (or by a wrong thread)
  kMutexBadReadLock,    // read lock of a write locked mutex
  kMutexBadReadUnlock,  // read unlock of a write locked mutex
  kMutexHeld,           // mutex held in the wrong context
  kThreadJoinSelf,      // join of the thread itself
  kThreadJoinTwice,     // join of a thread that was joined or detached already
  kThreadJoinInvalid,   // join or detach of something that is no thread
};

// Options, output, symbolizer. Called once by Initialize, before the first thread.
void InitializeReports();
// Called with the runtime entered (RuntimeScope). Dedupes, applies suppressions, prints; ends the
// process with halt_on_error.
void ReportRace(ThreadState& t, const Race& race);
// `object`: the mutex; else 0 or the address that the call was about.
void ReportMisuse(ThreadState& t, Misuse kind, Addr object, std::uintptr_t pc);
// At the process's exit (a destructor of the runtime and the _exit family): summary, suppression
// statistics. Returns the status that the process shall end with: `status`, or the exitcode option
// if anything was reported.
int FinishReports(int status);
// Around fork(2), so that no report is half made in the child. In the child counts start afresh,
// and the log goes to the child's own file.
void ReportsBeforeFork();
void ReportsAfterForkInParent();
void ReportsAfterFork();
// Before an execve by this process, whose new program would find the symbolizer among its children.
// Does nothing in a vfork child.
void ReportsBeforeExec();

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_REPORT_H_
