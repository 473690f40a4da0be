#include "runtime/report/text_report.h"

#include <gtest/gtest.h>

#include <string>

#include "runtime/report/synthetic_report.h"

namespace hbsan {
namespace {

std::string Print(const Report& report, const TextStyle& style = {}) {
  TextBuffer out;
  PrintText(report, style, out);
  return std::string(out.view());
}

TEST(TextReport, HasEveryPartInOrder) {
  const SyntheticReport synthetic;
  EXPECT_EQ(Print(synthetic.report),
            R"(==================
WARNING: hbsan: data race (pid=42)
  Write of size 4 at 0x5004 by main thread:
    #0 bump(int*) /nowhere/a.cc:4:3 (prog+0x1004)
    #1 main /nowhere/a.cc:9 (prog+0x1009)

  Previous read of size 4 at 0x5004 by thread T1 (mutexes: write M1):
    #0 reader() /nowhere/a.cc:7 (prog+0x1007)

  Location is global 'gs' of size 40 at 0x5000 (prog+0x2000), offset 4, declared at /nowhere/a.cc:1

  Mutex M1 ('mu' at 0x6000) locked at:
    #0 reader() /nowhere/a.cc:6 (prog+0x1006)

  Thread T1 'worker' (tid=77, finished) created by main thread at:
    #0 main /nowhere/a.cc:8 (prog+0x1008)

  Nothing orders them: main thread held no mutex.

SUMMARY: hbsan: data race /nowhere/a.cc:4:3 in bump(int*)
==================
)");
}

TEST(TextReport, AtomicAndFreeingAccessesSaySo) {
  SyntheticReport synthetic;
  synthetic.accesses[0].flavor = AccessFlavor::kAtomic;
  synthetic.accesses[1].flavor = AccessFlavor::kFree;
  const std::string text = Print(synthetic.report);
  EXPECT_NE(text.find("  Atomic write of size 4 at"), std::string::npos) << text;
  EXPECT_NE(text.find("  Previous free of size 4 at"), std::string::npos) << text;
}

TEST(TextReport, StripsThePathPrefix) {
  const SyntheticReport synthetic;
  const std::string text = Print(synthetic.report, {.strip_path_prefix = "/nowhere/"});
  EXPECT_NE(text.find("#0 bump(int*) a.cc:4:3 "), std::string::npos) << text;
  EXPECT_NE(text.find("SUMMARY: hbsan: data race a.cc:4:3 in"), std::string::npos) << text;
  EXPECT_EQ(text.find("/nowhere"), std::string::npos) << text;
}

TEST(TextReport, ColorsEveryHeadingAndNoFrame) {
  const SyntheticReport synthetic;
  const std::string text = Print(synthetic.report, {.color = true});
  EXPECT_NE(text.find("\033[1;31mWARNING: hbsan: data race (pid=42)\033[0m\n"), std::string::npos);
  EXPECT_NE(text.find("\n    #0 bump"), std::string::npos);
}

TEST(TextReport, UnsymbolizedFramesCarryModuleOffsetAndBuildId) {
  SyntheticReport synthetic;
  for (ReportFrame* frame : {&synthetic.current[0], &synthetic.current[1]}) {
    frame->function = frame->file = {};
    frame->line = 0;
  }
  const std::string text = Print(synthetic.report);
  EXPECT_NE(text.find("    #0 (/home/u/prog+0x1004) (BuildId: abcd)\n"), std::string::npos) << text;
  EXPECT_NE(text.find("SUMMARY: hbsan: data race (/home/u/prog+0x1004) (BuildId: abcd)\n"),
            std::string::npos)
      << text;
}

TEST(TextReport, CodeOutsideEveryModuleShowsItsAddress) {
  SyntheticReport synthetic;
  synthetic.current[0] = {};
  synthetic.current[0].pc = 0x7f0000001234;
  EXPECT_NE(Print(synthetic.report).find("    #0 0x7f0000001234\n"), std::string::npos);
}

TEST(TextReport, MisuseShowsItsStackWithoutAccesses) {
  SyntheticReport synthetic;
  Report report;
  report.kind = "double lock of a mutex";
  report.pid = 42;
  report.stack = synthetic.current;
  report.threads = synthetic.threads;
  report.mutexes = synthetic.mutexes;
  EXPECT_EQ(Print(report), R"(==================
WARNING: hbsan: double lock of a mutex (pid=42)
  Call by main thread:
    #0 bump(int*) /nowhere/a.cc:4:3 (prog+0x1004)
    #1 main /nowhere/a.cc:9 (prog+0x1009)

  Mutex M1 ('mu' at 0x6000) locked at:
    #0 reader() /nowhere/a.cc:6 (prog+0x1006)

  Thread T1 'worker' (tid=77, finished) created by main thread at:
    #0 main /nowhere/a.cc:8 (prog+0x1008)

SUMMARY: hbsan: double lock of a mutex /nowhere/a.cc:4:3 in bump(int*)
==================
)");
}

TEST(TextReport, HeapBlockNamesItsAllocation) {
  SyntheticReport synthetic;
  ReportLocation& at = synthetic.report.location;
  at = {};
  at.kind = LocationKind::kHeap;
  at.begin = 0x5000;
  at.size = 16;
  at.offset = 4;
  at.thread_number = 3;
  at.stack = synthetic.creation;
  EXPECT_NE(Print(synthetic.report)
                .find("  Location is heap block of size 16 at 0x5000, offset 4, allocated by "
                      "thread T3:\n    #0 main /nowhere/a.cc:8"),
            std::string::npos);
}

}  // namespace
}  // namespace hbsan
