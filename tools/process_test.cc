#include "tools/process.h"

#include <gtest/gtest.h>

namespace hbsan::tools {
namespace {

TEST(Process, GivesTheCommandsStatusOrItsSignal) {
  EXPECT_EQ(RunAndWait({"sh", "-c", "exit 7"}), 7);
  EXPECT_EQ(RunAndWait({"sh", "-c", "kill -TERM $$"}), 128 + 15);
}

TEST(Process, ACommandThatDoesNotExistIs127) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(RunAndWait({"/nonexistent/command"}), 127);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "hbsan: error: cannot run /nonexistent/command: No such file or directory\n");
}

TEST(Process, SettingsReachTheChildOnly) {
  EXPECT_EQ(RunAndWait({"sh", "-c", "exit $HBSAN_TEST_VALUE"}, {{"HBSAN_TEST_VALUE", "5"}}), 5);
  EXPECT_EQ(getenv("HBSAN_TEST_VALUE"), nullptr);
}

TEST(Process, PassesLargeInputThroughACommand) {
  const std::string input(1 << 20, 'x');
  EXPECT_EQ(RunWithInput({"cat"}, input).value(), input);
}

TEST(Process, ACommandThatFailsHasNoOutput) {
  EXPECT_EQ(RunWithInput({"sh", "-c", "echo partial; exit 3"}, "").status().message(),
            "sh failed with status 3");
}

}  // namespace
}  // namespace hbsan::tools
