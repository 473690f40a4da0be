#include "runtime/report/symbolizer.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "runtime/report/modules.h"
#include "runtime/report/symbolizer_process.h"

namespace hbsan {
namespace {

int a_global[10];

TEST(NextPosition, TakesInlinedFramesInOrder) {
  std::string_view reply =
      "inner(int*)\n  Filename: /a b/c:d.cc\n  Function start line: 3\n  Line: 4\n  Column: 34\n"
      "  Discriminator: 17\nouter()\n  Filename: /x.cc\n  Line: 5\n  Column: 0\n\n";
  SourcePosition at;
  ASSERT_TRUE(NextPosition(reply, at));
  EXPECT_EQ(at.function, "inner(int*)");
  EXPECT_EQ(at.file, "/a b/c:d.cc");
  EXPECT_EQ(at.line, 4u);
  EXPECT_EQ(at.column, 34u);
  EXPECT_EQ(at.expression, 17u);
  ASSERT_TRUE(NextPosition(reply, at));
  EXPECT_EQ(at.function, "outer()");
  EXPECT_EQ(at.column, 0u);
  EXPECT_EQ(at.expression, 0u);
  EXPECT_FALSE(NextPosition(reply, at));
}

TEST(NextPosition, UnknownIsEmpty) {
  std::string_view reply = "??\n  Filename: ??\n  Line: 0\n  Column: 0\n\n";
  SourcePosition at;
  ASSERT_TRUE(NextPosition(reply, at));
  EXPECT_EQ(at.function, "");
  EXPECT_EQ(at.file, "");
  EXPECT_EQ(at.line, 0u);
}

TEST(NextPosition, ApproximateLinesAreLines) {
  std::string_view reply =
      "f()\n  Filename: /x.cc\n  Line: 5\n  Column: 2\n  Approximate: true\n\n";
  SourcePosition at;
  ASSERT_TRUE(NextPosition(reply, at));
  EXPECT_EQ(at.file, "/x.cc");
  EXPECT_EQ(at.line, 5u);
}

TEST(NextLocal, TakesVariablesInOrder) {
  std::string_view reply =
      "main\ntotal\n/t.cc:6\n-40 8 ??\nmain\ni\n/t.cc:8\n?? 4 ??\nmain\n??\n??:0\n16 8 ??\n\n";
  LocalVariable local;
  ASSERT_TRUE(NextLocal(reply, local));
  EXPECT_EQ(local.name, "total");
  EXPECT_EQ(local.file, "/t.cc");
  EXPECT_EQ(local.line, 6u);
  EXPECT_TRUE(local.placed);
  EXPECT_EQ(local.offset, -40);
  EXPECT_EQ(local.size, 8u);
  ASSERT_TRUE(NextLocal(reply, local));
  EXPECT_FALSE(local.placed);
  ASSERT_TRUE(NextLocal(reply, local));
  EXPECT_FALSE(local.placed);
  EXPECT_FALSE(NextLocal(reply, local));
}

TEST(ParseData, TakesNameExtentAndDeclaration) {
  DataSymbol symbol;
  ASSERT_TRUE(ParseData("gs\n4096 40\n/tmp/t.cc:3\n\n", symbol));
  EXPECT_EQ(symbol.name, "gs");
  EXPECT_EQ(symbol.begin, 4096u);
  EXPECT_EQ(symbol.size, 40u);
  EXPECT_EQ(symbol.file, "/tmp/t.cc");
  EXPECT_EQ(symbol.line, 3u);
  EXPECT_TRUE(ParseData("gs\n4096 40\n\n", symbol)) << "an older symbolizer knows no declaration";
  EXPECT_FALSE(ParseData("??\n0 0\n??:0\n\n", symbol));
  EXPECT_FALSE(ParseData("garbage", symbol));
}

TEST(Modules, FindsItsOwnCodeAndData) {
  InitializeModules();
  const Module* code = FindModule(reinterpret_cast<Addr>(&NextPosition));
  ASSERT_NE(code, nullptr);
  EXPECT_EQ(BaseName(code->path), "report_test");
  EXPECT_EQ(FindModule(reinterpret_cast<Addr>(&a_global)), code);
  const Module* libc = FindModule(reinterpret_cast<Addr>(&std::getenv));
  ASSERT_NE(libc, nullptr);
  EXPECT_NE(libc->build_id, "");
  int local = 0;
  EXPECT_EQ(FindModule(reinterpret_cast<Addr>(&local)), nullptr);
}

class SymbolizerProcessTest : public testing::Test {
 protected:
  // Starts a shell script in the symbolizer's place.
  bool StartScript(const std::string& body) {
    path_ = testing::TempDir() + "hbsan_symbolizer." + std::to_string(getpid());
    std::ofstream(path_) << "#!/bin/sh\n" << body;
    chmod(path_.c_str(), 0700);
    return process_.Start(path_);
  }
  ~SymbolizerProcessTest() override {
    process_.Stop();
    std::remove(path_.c_str());
  }

  std::string path_;
  SymbolizerProcess process_;
  TextBuffer reply_;
};

TEST_F(SymbolizerProcessTest, AnswersALineWithLines) {
  ASSERT_TRUE(StartScript("while read a; do echo \"got $a\"; echo; done\n"));
  ASSERT_TRUE(process_.Ask("CODE x\n", reply_));
  EXPECT_EQ(reply_.view(), "got CODE x\n\n");
  reply_.clear();
  ASSERT_TRUE(process_.Ask("DATA y\n", reply_));
  EXPECT_EQ(reply_.view(), "got DATA y\n\n");
}

TEST_F(SymbolizerProcessTest, DeathIsAnErrorValue) {
  ASSERT_TRUE(StartScript("read a; exit 3\n"));
  EXPECT_FALSE(process_.Ask("CODE x\n", reply_));
  EXPECT_FALSE(process_.running());
  EXPECT_FALSE(process_.Ask("CODE x\n", reply_));
}

TEST_F(SymbolizerProcessTest, WhatCannotRunIsAnErrorValue) {
  process_.Start("/nowhere/at/all");
  EXPECT_FALSE(process_.Ask("CODE x\n", reply_));
}

TEST_F(SymbolizerProcessTest, IsNoChildThatTheProgramWaitsFor) {
  ASSERT_TRUE(StartScript("while read a; do echo; done\n"));
  ASSERT_TRUE(process_.Ask("CODE x\n", reply_));
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
  process_.Stop();
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG | __WALL), -1) << "a zombie is left";
}

TEST_F(SymbolizerProcessTest, InheritsNoDescriptorsAndNoEnvironment) {
  setenv("LD_PRELOAD", "/nowhere.so", 1);
  ASSERT_TRUE(
      StartScript("while read a; do for f in /proc/$$/fd/*; do readlink $f; done; "
                  "echo \"[$LD_PRELOAD]\"; echo; done\n"));
  unsetenv("LD_PRELOAD");
  ASSERT_TRUE(process_.Ask("CODE x\n", reply_));
  std::istringstream lines{std::string(reply_.view())};
  std::string last;
  for (std::string line; std::getline(lines, line) && !line.empty(); last = line) {
    EXPECT_TRUE(line.starts_with("socket:") || line == "/dev/null" || line == path_ || line == "[]")
        << line;
  }
  EXPECT_EQ(last, "[]");
}

TEST(Symbolizer, NamesCodeAndData) {
  Scratch keep;
  if (FindSymbolizer({}, std::getenv("PATH"), keep).empty()) GTEST_SKIP() << "no llvm-symbolizer";
  InitializeModules();
  InitializeSymbolizer(Options());
  const ReportStack frames =
      SymbolizeReturnAddress(reinterpret_cast<std::uintptr_t>(&NextPosition) + 1);
  ASSERT_FALSE(frames.empty());
  EXPECT_NE(frames.back().function.find("hbsan::NextPosition"), std::string_view::npos);
  EXPECT_EQ(BaseName(frames.back().file), "symbolizer.cc");
  DataSymbol symbol;
  ASSERT_TRUE(SymbolizeData(reinterpret_cast<Addr>(&a_global[3]), symbol));
  EXPECT_NE(symbol.name.find("a_global"), std::string_view::npos);
  EXPECT_EQ(symbol.begin, reinterpret_cast<Addr>(&a_global));
  EXPECT_EQ(symbol.size, sizeof(a_global));
  StopSymbolizer();
}

}  // namespace
}  // namespace hbsan
