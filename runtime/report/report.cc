// The functions of report.h, on the process's one Reporter.
#include "runtime/report/report.h"

#include "runtime/hooks/benign_races.h"
#include "runtime/report/opaque_libraries.h"
#include "runtime/report/reporter.h"

namespace hbsan {
namespace {

[[clang::no_destroy]] constinit Reporter reporter;

}  // namespace

Reporter& TheReporter() { return reporter; }
const Options& TheOptions() { return reporter.options(); }

void InitializeReports() { reporter.Initialize(); }
void ReportRace(ThreadState& t, const Race& race) {
  if (IsDeclaredBenign(race.current.addr, race.current.size) || MadeByOpaqueLibrary(race)) return;
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
