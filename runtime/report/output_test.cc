#include "runtime/report/output.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

namespace hbsan {
namespace {

class OutputTest : public testing::Test {
 protected:
  ~OutputTest() override { std::remove(Path().c_str()); }

  std::string Prefix() const { return testing::TempDir() + "hbsan_output"; }
  std::string Path() const { return Prefix() + "." + std::to_string(getpid()); }
  std::string Content() const {
    std::ostringstream text;
    text << std::ifstream(Path()).rdbuf();
    return text.str();
  }
};

TEST_F(OutputTest, FilesAreNamedByProcessAndAppendedTo) {
  const std::string prefix = Prefix();
  Output output;
  output.Open(prefix);
  EXPECT_NE(access(Path().c_str(), F_OK), 0) << "made before there is anything to write";
  output.Write("one\n");
  output.Write("two\n");
  EXPECT_EQ(Content(), "one\ntwo\n");
}

TEST_F(OutputTest, FallsBackToStandardErrorWithOneLine) {
  testing::internal::CaptureStderr();
  Output output;
  output.Open("/nowhere/at/all");
  output.Write("one\n");
  output.Write("two\n");
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "hbsan: cannot write to /nowhere/at/all." + std::to_string(getpid()) +
                ": no such file or directory; reports go to standard error\none\ntwo\n");
}

TEST_F(OutputTest, AFullDiskLosesNothing) {
  ASSERT_EQ(symlink("/dev/full", Path().c_str()), 0);
  const std::string prefix = Prefix();
  testing::internal::CaptureStderr();
  Output output;
  output.Open(prefix);
  output.Write("one\n");
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "hbsan: cannot write to " + Path() +
                ": no space left on device; reports go to standard error\none\n");
}

TEST_F(OutputTest, NeverWritesToAFileOfTheProgram) {
  const std::string prefix = Prefix();
  Output output;
  output.Open(prefix);
  output.Write("one\n");
  // A daemon closes everything and opens its own file, which may get our number.
  for (int fd = 3; fd < 1024; ++fd) {
    char target[256] = {};
    const std::string link = "/proc/self/fd/" + std::to_string(fd);
    if (readlink(link.c_str(), target, sizeof(target) - 1) < 0 || target != Path()) continue;
    const std::string own = Prefix() + "_own";
    const int file = open(own.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600);
    dup2(file, fd);
    output.Write("two\n");
    EXPECT_EQ(lseek(file, 0, SEEK_END), 0);
    close(file);
    close(fd);
    std::remove(own.c_str());
    break;
  }
  EXPECT_EQ(Content(), "one\ntwo\n");
}

TEST_F(OutputTest, ABrokenPipeRaisesNoSignal) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const int saved = dup(1);
  dup2(ends[1], 1);
  close(ends[0]);
  close(ends[1]);
  Output output;
  output.Open("stdout");
  output.Write("lost\n");
  sigset_t pending;
  sigpending(&pending);
  EXPECT_FALSE(sigismember(&pending, SIGPIPE));
  dup2(saved, 1);
  close(saved);
}

}  // namespace
}  // namespace hbsan
