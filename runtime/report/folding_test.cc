#include "runtime/report/folding.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runtime/report/synthetic_report.h"

namespace hbsan {
namespace {

ReportFrame User(std::string_view function) { return MakeFrame(function, "/home/u/a.cc", 1); }
ReportFrame Std(std::string_view function) {
  return MakeFrame(function, "/usr/include/c++/12/bits/invoke.h", 1);
}

// "user", or "3" for three folded frames.
std::vector<std::string> Lines(const std::vector<ReportFrame>& stack, bool full = false) {
  std::vector<std::string> lines;
  FoldedStack folded(stack, full);
  for (StackLine line; folded.Next(line);) {
    lines.push_back(line.folded == 0 ? std::string(stack[line.first].function)
                                     : std::to_string(line.folded));
  }
  return lines;
}

using Strings = std::vector<std::string>;

TEST(Folding, PlumbingBelowTheThreadFunctionIsOneLine) {
  EXPECT_EQ(Lines({User("work"), Std("std::__invoke"), Std("std::thread::_State_impl")}),
            (Strings{"work", "2"}));
}

TEST(Folding, WhatTheUserCalledStays) {
  EXPECT_EQ(Lines({Std("std::_Vector_base"), Std("std::vector::push_back"), User("work")}),
            (Strings{"1", "std::vector::push_back", "work"}));
  EXPECT_EQ(Lines({Std("std::vector::push_back"), User("work")}),
            (Strings{"std::vector::push_back", "work"}));
}

TEST(Folding, ACallbackKeepsItsEntryPoint) {
  EXPECT_EQ(Lines({User("less"), Std("std::__sort"), Std("std::sort"), User("main")}),
            (Strings{"less", "1", "std::sort", "main"}));
}

TEST(Folding, FullStacksShowEverything) {
  EXPECT_EQ(Lines({User("work"), Std("a"), Std("b")}, true), (Strings{"work", "a", "b"}));
}

TEST(Folding, AStackOfTheLibraryAloneIsStillShown) {
  EXPECT_EQ(Lines({}), Strings{});
  EXPECT_EQ(Lines({Std("a"), Std("b")}), (Strings{"2"}));
}

TEST(Folding, VeryDeepStacksLoseTheirMiddle) {
  const std::vector<ReportFrame> stack(1000, User("recurse"));
  const Strings lines = Lines(stack);
  ASSERT_EQ(lines.size(), 251u);
  EXPECT_EQ(lines[199], "recurse");
  EXPECT_EQ(lines[200], "750");
  EXPECT_EQ(lines[250], "recurse");
  EXPECT_EQ(Lines(stack, true).size(), 1000u);
}

TEST(OriginOf, TheFileDecidesIfItIsKnown) {
  EXPECT_EQ(OriginOf(MakeFrame("std::hash<Mine>::operator()", "/home/u/a.h", 1)),
            FrameOrigin::kUser);
  EXPECT_EQ(OriginOf(MakeFrame("int f()", "/usr/include/c++/v1/vector", 1)),
            FrameOrigin::kStandardLibrary);
  EXPECT_EQ(
      OriginOf(MakeFrame("f", "/usr/include/x86_64-linux-gnu/c++/12/bits/gthr-default.h", 749)),
      FrameOrigin::kStandardLibrary);
  EXPECT_EQ(OriginOf(MakeFrame("f", "/home/u/c++/mine.cc", 1)), FrameOrigin::kUser);
  EXPECT_EQ(OriginOf(MakeFrame("void std::__invoke_impl<void>()", "", 0)),
            FrameOrigin::kStandardLibrary);
  EXPECT_EQ(OriginOf(MakeFrame("testing::Test::Run()", "", 0)), FrameOrigin::kTestFramework);
  EXPECT_EQ(OriginOf(MakeFrame("gosync::race::Mutex::Lock()", "/p/include/gosync/mutex.h", 3)),
            FrameOrigin::kGosync);
  ReportFrame libstdcxx = MakeFrame("", "", 0);
  EXPECT_EQ(OriginOf(libstdcxx), FrameOrigin::kUser);
  libstdcxx.module = "/lib/x86_64-linux-gnu/libstdc++.so.6";
  EXPECT_EQ(OriginOf(libstdcxx), FrameOrigin::kStandardLibrary);
}

TEST(TellingFrame, IsTheInnermostOfTheProgram) {
  const std::vector<ReportFrame> stack = {Std("std::swap"), User("work"), User("main")};
  EXPECT_EQ(TellingFrame(stack), &stack[1]);
  const std::vector<ReportFrame> library = {MakeFrame("f", "", 0), Std("std::swap")};
  EXPECT_EQ(TellingFrame(library), &library[1]);
  EXPECT_EQ(TellingFrame({}), nullptr);
}

TEST(WithoutStartCode, EndsAtMain) {
  const std::vector<ReportFrame> stack = {User("main"), MakeFrame("__libc_start_call_main", "x", 1),
                                          MakeFrame("_start", "", 0)};
  EXPECT_EQ(WithoutStartCode(stack).size(), 1u);
  ReportFrame nameless;
  nameless.module = "/lib/x86_64-linux-gnu/libc.so.6";
  EXPECT_EQ(WithoutStartCode(std::vector<ReportFrame>{User("main"), nameless}).size(), 1u);
  const std::vector<ReportFrame> only = {MakeFrame("_start", "", 0)};
  EXPECT_EQ(WithoutStartCode(only).size(), 1u);
}

}  // namespace
}  // namespace hbsan
