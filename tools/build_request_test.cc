#include "tools/build_request.h"

#include <gtest/gtest.h>

#include <fstream>

namespace hbsan::tools {
namespace {

using Args = std::vector<std::string>;

std::string Touch(const std::string& name) {
  const std::string path = testing::TempDir() + name;
  std::ofstream stream(path);
  return path;
}

TEST(BuildRequest, DefaultsComeFirstAndTheProgramsArgumentsAreCutOff) {
  const std::string source = Touch("request.cc");
  const BuildRequest request = ReadBuildRequest({"-O2", source, "--", "-x", "--"}).value();
  EXPECT_EQ(request.compiler_args,
            (Args{"-std=gnu++20", "-g", "-O1", "-fsanitize=race", "-O2", source}));
  EXPECT_EQ(request.inputs, Args{source});
  EXPECT_EQ(request.program_args, (Args{"-x", "--"}));
  EXPECT_TRUE(request.links);
}

TEST(BuildRequest, AllCSourcesMakeACProgram) {
  const std::string source = Touch("request.c");
  EXPECT_EQ(ReadBuildRequest({source}).value().language, Language::kC);
  EXPECT_EQ(ReadBuildRequest({"-x", "c++", source}).value().language, Language::kCxx);
}

TEST(BuildRequest, CSourcesStayCInACxxProgram) {
  const std::string c = Touch("request.c"), cc = Touch("request.cc");
  const BuildRequest request = ReadBuildRequest({c, cc}).value();
  EXPECT_EQ(request.language, Language::kCxx);
  EXPECT_EQ(request.compiler_args,
            (Args{"-g", "-O1", "-fsanitize=race", "-x", "c", c, "-x", "none", cc}));
}

TEST(BuildRequest, TheUsersStandardHolds) {
  const BuildRequest request = ReadBuildRequest({"-std=c++17", Touch("request.cc")}).value();
  EXPECT_EQ(request.compiler_args.front(), "-g");
}

TEST(BuildRequest, TakesTheOutputApart) {
  const BuildRequest request = ReadBuildRequest({"-o", "out", Touch("request.c"), "-c"}).value();
  EXPECT_EQ(request.output, "out");
  EXPECT_FALSE(request.links);
}

TEST(BuildRequest, SaysWhatIsMissing) {
  EXPECT_EQ(ReadBuildRequest({}).status().message(), "no source file was named");
  EXPECT_EQ(ReadBuildRequest({"-O2", "-I", "dir"}).status().message(), "no source file was named");
  EXPECT_EQ(ReadBuildRequest({"gone.cc"}).status().message(),
            "gone.cc: no such file (the program's own arguments go after --)");
  EXPECT_EQ(ReadBuildRequest({"-o"}).status().message(), "option -o lacks its value");
}

}  // namespace
}  // namespace hbsan::tools
