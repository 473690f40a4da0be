// A report made by hand, for tests of what is printed.
#ifndef HBSAN_RUNTIME_REPORT_SYNTHETIC_REPORT_H_
#define HBSAN_RUNTIME_REPORT_SYNTHETIC_REPORT_H_

#include <array>

#include "runtime/report/report_value.h"

namespace hbsan {

inline ReportFrame MakeFrame(std::string_view function, std::string_view file, std::uint32_t line,
                             std::uint32_t column = 0) {
  ReportFrame frame;
  frame.pc = 0x401000 + line;
  frame.function = function;
  frame.file = file;
  frame.line = line;
  frame.column = column;
  frame.module = "/home/u/prog";
  frame.offset = 0x1000 + line;
  frame.build_id = "abcd";
  return frame;
}

// Main writes a global while T1, which it started, read it under a lock. Not copyable: the report
// points into it.
struct SyntheticReport {
  std::array<ReportFrame, 2> current = {MakeFrame("bump(int*)", "/nowhere/a.cc", 4, 3),
                                        MakeFrame("main", "/nowhere/a.cc", 9)};
  std::array<ReportFrame, 1> previous = {MakeFrame("reader()", "/nowhere/a.cc", 7)};
  std::array<ReportFrame, 1> creation = {MakeFrame("main", "/nowhere/a.cc", 8)};
  std::array<ReportFrame, 1> lock = {MakeFrame("reader()", "/nowhere/a.cc", 6)};
  std::array<ReportHeldMutex, 1> held;
  std::array<ReportAccess, 2> accesses;
  std::array<ReportThread, 2> threads;
  std::array<ReportMutex, 1> mutexes;
  Report report;

  SyntheticReport() {
    held[0].number = 1;
    held[0].acquired = lock;
    accesses[0].kind = AccessKind::kWrite;
    accesses[0].address = 0x5004;
    accesses[0].size = 4;
    accesses[0].stack = current;
    accesses[1].address = 0x5004;
    accesses[1].size = 4;
    accesses[1].thread = 1;
    accesses[1].stack = previous;
    accesses[1].mutexes = held;
    threads[0].main = true;
    threads[0].running = true;
    threads[1].number = 1;
    threads[1].os_id = 77;
    threads[1].name = "worker";
    threads[1].has_parent = true;
    threads[1].creation = creation;
    mutexes[0].number = 1;
    mutexes[0].address = 0x6000;
    mutexes[0].name = "mu";
    mutexes[0].stack = lock;
    report.kind = "data race";
    report.pid = 42;
    report.accesses = accesses;
    report.threads = threads;
    report.mutexes = mutexes;
    report.location.kind = LocationKind::kGlobal;
    report.location.name = "gs";
    report.location.begin = 0x5000;
    report.location.size = 40;
    report.location.offset = 4;
    report.location.file = "/nowhere/a.cc";
    report.location.line = 1;
    report.location.module = "/home/u/prog";
    report.location.module_offset = 0x2000;
    report.explanation = "main thread held no mutex.";
  }
  SyntheticReport(const SyntheticReport&) = delete;
  SyntheticReport& operator=(const SyntheticReport&) = delete;
};

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_SYNTHETIC_REPORT_H_
