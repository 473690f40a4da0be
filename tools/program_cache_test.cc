#include "tools/program_cache.h"

#include <gtest/gtest.h>

#include <fstream>
#include <thread>

namespace hbsan::tools {
namespace {

namespace fs = std::filesystem;

class ProgramCacheTest : public testing::Test {
 protected:
  void SetUp() override {
    dir_ = fs::path(testing::TempDir()) /
           testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(dir_);
    fs::create_directories(dir_);
    input_ = dir_ / "input";
    WriteInput("one");
  }

  // Dated back, as a source that was there before its build.
  void WriteInput(const std::string& text) {
    std::ofstream(input_) << text;
    fs::last_write_time(input_, fs::file_time_type::clock::now() - std::chrono::hours(1));
  }

  absl::StatusOr<fs::path> Add(const std::string& request = "request") {
    return cache().Add(request, "program", [&](const fs::path& dir) {
      std::ofstream(dir / "program") << "built from " << std::ifstream(input_).rdbuf();
      return std::vector<fs::path>{input_};
    });
  }

  ProgramCache cache() const { return ProgramCache(dir_ / "cache"); }

  fs::path dir_, input_;
};

std::string TextOf(const fs::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST_F(ProgramCacheTest, FindsWhatWasAdded) {
  EXPECT_FALSE(cache().Find("request", "program"));
  const fs::path added = Add().value();
  EXPECT_EQ(cache().Find("request", "program"), added);
  EXPECT_EQ(TextOf(added), "built from one");
  EXPECT_FALSE(cache().Find("another request", "program"));
}

TEST_F(ProgramCacheTest, MissesAfterAnInputChangedAndHitsAfterItChangedBack) {
  const fs::path first = Add().value();
  WriteInput("two");
  EXPECT_FALSE(cache().Find("request", "program"));
  EXPECT_EQ(TextOf(Add().value()), "built from two");
  WriteInput("one");
  EXPECT_EQ(cache().Find("request", "program"), first);
}

TEST_F(ProgramCacheTest, MissesAfterAnInputWasDeleted) {
  ASSERT_TRUE(Add().ok());
  fs::remove(input_);
  EXPECT_FALSE(cache().Find("request", "program"));
}

TEST_F(ProgramCacheTest, DoesNotTrustAnInputWrittenDuringTheBuild) {
  fs::last_write_time(input_, fs::file_time_type::clock::now() + std::chrono::hours(1));
  EXPECT_EQ(TextOf(Add().value()), "built from one");
  EXPECT_FALSE(cache().Find("request", "program"));
}

TEST_F(ProgramCacheTest, AFailedBuildLeavesNothing) {
  const absl::Status failed =
      cache()
          .Add("request", "program", [](const fs::path&) { return absl::AbortedError("no"); })
          .status();
  EXPECT_EQ(failed.message(), "no");
  EXPECT_TRUE(fs::is_empty(dir_ / "cache/request"));
}

TEST_F(ProgramCacheTest, ConcurrentBuildsOfOneRequestAllGetAProgram) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { EXPECT_EQ(TextOf(Add().value()), "built from one"); });
  }
  threads.clear();
  EXPECT_TRUE(cache().Find("request", "program"));
}

TEST_F(ProgramCacheTest, SaysThatItCannotWrite) {
  std::ofstream(dir_ / "cache") << "a file where the cache should be";
  EXPECT_NE(Add().status().message().find("cannot write to the cache"), std::string::npos);
}

}  // namespace
}  // namespace hbsan::tools
