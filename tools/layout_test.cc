#include "tools/layout.h"

#include <gtest/gtest.h>

namespace hbsan::tools {
namespace {

TEST(Layout, TheTreeIsAroundTheRunningCommand) {
  const absl::StatusOr<Layout> layout = Layout::OfThisCommand();
  ASSERT_TRUE(layout.ok());
  EXPECT_TRUE(std::filesystem::exists(layout->root() / "bin/tools_test"));
}

TEST(Layout, FindsClang) {
  EXPECT_EQ(FindClang(Language::kC).value().filename(), "clang-19");
  EXPECT_EQ(FindClang(Language::kCxx).value().filename(), "clang++-19");
}

TEST(Layout, AMissingToolNamesItsPackage) {
  EXPECT_EQ(FindLlvmTool("llvm-nonexistent-19").status().message(),
            "llvm-nonexistent-19 is not installed: it is in Debian's package llvm-19 (apt-get "
            "install llvm-19)");
}

}  // namespace
}  // namespace hbsan::tools
