// The functions of report.h, on the process's one Reporter.
#include "runtime/report/report.h"

#include "runtime/hooks/benign_races.h"
#include "runtime/report/opaque_libraries.h"
#include "runtime/report/reporter.h"
#include "runtime/thread_info.h"

namespace hbsan {
namespace {

[[clang::no_destroy]] constinit Reporter reporter;

// The child of a fork has a copy of memory in which the parent's other threads do nothing any more:
// they cannot see what it writes, nor undo it. It races with them only where it reads what they may
// have left half written. (What a child does first to locks and pools of threads that it inherits
// is to make them anew.)
bool HarmlessAfterFork(const Race& race) {
  const auto* previous = static_cast<const ThreadInfo*>(race.previous.thread);
  return previous != nullptr && previous->left_behind &&
         (race.previous.kind == AccessKind::kRead || race.current.kind == AccessKind::kWrite);
}

}  // namespace

Reporter& TheReporter() { return reporter; }
const Options& TheOptions() { return reporter.options(); }

void InitializeReports() { reporter.Initialize(); }
void ReportRace(ThreadState& t, const Race& race) {
  if (IsDeclaredBenign(race.current.addr, race.current.size) || MadeByOpaqueLibrary(race) ||
      HarmlessAfterFork(race)) {
    return;
  }
  reporter.RaceFound(t, race);
}
void ReportMisuse(ThreadState& t, Misuse kind, Addr object, std::uintptr_t pc) {
  reporter.MisuseFound(t, kind, object, pc);
}
int FinishReports(int status) { return reporter.Finish(status); }
void ReportsBeforeFork() { reporter.BeforeFork(); }
void ReportsAfterForkInParent() { reporter.AfterForkInParent(); }
void ReportsAfterFork() { reporter.AfterForkInChild(); }
void ReportsBeforeExec() { reporter.BeforeExec(); }

}  // namespace hbsan
