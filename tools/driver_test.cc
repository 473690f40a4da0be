#include "tools/driver.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace hbsan::tools {
namespace {

using Args = std::vector<std::string>;

const Layout& Tree() {
  static const Layout tree("/opt/hbsan");
  return tree;
}

// What clang gets in front of the user's own arguments.
const Args kPrefix = {"-resource-dir=/opt/hbsan/lib/hbsan/clang", "--start-no-unused-arguments",
                      "-fpass-plugin=/opt/hbsan/lib/hbsan/hbsan-pass.so",
                      "--end-no-unused-arguments"};

Args WithPrefix(const Args& args) {
  Args all = kPrefix;
  all.insert(all.end(), args.begin(), args.end());
  return all;
}

Args Translated(const Args& args) {
  const absl::StatusOr<Args> out = TranslateForClang(args, Tree());
  EXPECT_TRUE(out.ok()) << out.status();
  return out.ok() ? *out : Args{};
}

std::string ErrorOf(const Args& args) {
  return std::string(TranslateForClang(args, Tree()).status().message());
}

TEST(Driver, WithoutRaceTheArgumentsAreTheUsers) {
  const Args args = {"-m32", "-static", "-fsanitize=address", "x.c", "-o", "x"};
  EXPECT_EQ(Translated(args), args);
  EXPECT_EQ(Translated({}), Args{});
}

TEST(Driver, RaceTurnedOffIsClangWithoutIt) {
  EXPECT_EQ(Translated({"-fsanitize=race,undefined", "-fno-sanitize=race", "-m32", "x.c"}),
            (Args{"-fsanitize=undefined", "-m32", "x.c"}));
}

TEST(Driver, RaceLoadsThePassAndTheRuntime) {
  EXPECT_EQ(Translated({"-c", "-fsanitize=race", "x.c"}),
            WithPrefix({"-c", "-fsanitize=thread", "x.c"}));
}

TEST(Driver, TheLibraryIsFoundAndLinkedWhereItWasBuilt) {
  const std::filesystem::path root = std::filesystem::path(testing::TempDir()) / "driver_tree";
  std::filesystem::create_directories(root / "lib/hbsan");
  const std::string archive = root / "lib/hbsan/libhbsan_gosync.a";
  std::ofstream(archive) << "!<arch>\n";
  const absl::StatusOr<Args> out = TranslateForClang({"-fsanitize=race", "x.cc"}, Layout(root));
  ASSERT_TRUE(out.ok());
  EXPECT_EQ((*out)[4], "--start-no-unused-arguments");
  EXPECT_EQ((*out)[5], "-isystem");
  EXPECT_EQ((*out)[6], (root / "include").string());
  EXPECT_EQ((*out)[out->size() - 2], archive);
}

TEST(Driver, ARelocatableObjectGetsNoRuntime) {
  EXPECT_EQ(Translated({"-fsanitize=race", "-r", "x.o"}),
            WithPrefix({"-fsanitize=thread", "-r", "x.o", "-fno-sanitize-link-runtime"}));
}

TEST(Driver, RaceInAResponseFileCounts) {
  const std::string file = testing::TempDir() + "driver_response";
  std::ofstream(file) << "-fsanitize=race \"a b.c\"";
  EXPECT_EQ(Translated({"-c", "@" + file}), WithPrefix({"-c", "-fsanitize=thread", "a b.c"}));
}

TEST(Driver, AResponseFileWithoutRaceStaysAsItIs) {
  const std::string file = testing::TempDir() + "driver_response_plain";
  std::ofstream(file) << "-O2 a.c";
  EXPECT_EQ(Translated({"@" + file}), Args{"@" + file});
}

TEST(Driver, SaysWhatCannotBeCombined) {
  for (const char* other : {"-m32", "-mx32", "-static", "-static-pie", "-shared-libsan",
                            "--target=aarch64-linux-gnu", "-resource-dir=/x"}) {
    EXPECT_NE(ErrorOf({"-fsanitize=race", other, "x.c"}).find(" cannot be combined with "),
              std::string::npos)
        << other;
  }
  for (const char* other : {"address", "thread", "memory", "leak", "hwaddress", "dataflow"}) {
    EXPECT_EQ(ErrorOf({std::string("-fsanitize=race,") + other, "x.c"})
                  .find(std::string("-fsanitize=") + other + " cannot be combined"),
              0u)
        << other;
  }
  EXPECT_NE(ErrorOf({"-fsanitize=race", "-target", "i386-pc-linux-gnu", "x.c"}), "");
}

TEST(Driver, AcceptsWhatOnlyLooksIncompatible) {
  EXPECT_EQ(ErrorOf({"-fsanitize=race", "-static", "-c", "x.c"}), "");
  EXPECT_EQ(ErrorOf({"-fsanitize=address", "-fno-sanitize=address", "-fsanitize=race"}), "");
  EXPECT_EQ(ErrorOf({"-fsanitize=race", "--target=x86_64-linux-gnu", "x.c"}), "");
  EXPECT_EQ(ErrorOf({"-fsanitize=race", "-m64", "x.c"}), "");
}

TEST(Driver, UbsanWithoutItsRuntimeNamesThePackage) {
  EXPECT_NE(ErrorOf({"-fsanitize=race,undefined", "x.c"}).find("libclang-rt-19-dev"),
            std::string::npos);
}

}  // namespace
}  // namespace hbsan::tools
