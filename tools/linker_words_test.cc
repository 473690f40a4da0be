#include "tools/linker_words.h"

#include <gtest/gtest.h>

namespace hbsan::tools {
namespace {

using Args = std::vector<std::string>;

TEST(LinkerWords, QuestionsAndHeadersAreNotLinked) {
  for (const char* question : {"-v", "--version", "-print-search-dirs", "-###"}) {
    EXPECT_FALSE(HasInputToLink({"-fsanitize=thread", question})) << question;
  }
  EXPECT_FALSE(HasInputToLink({"all.hpp", "-o", "all.hpp.pch"}));
  EXPECT_FALSE(HasInputToLink({"-x", "c++-header", "all"}));
  EXPECT_FALSE(HasInputToLink({"-xc-header", "all"}));
  EXPECT_TRUE(HasInputToLink({"-include", "all.h", "a.cc"}));
  EXPECT_TRUE(HasInputToLink({"-x", "c++", "all.h"}));
  EXPECT_TRUE(HasInputToLink({"-x", "c", "-"}));
  EXPECT_TRUE(HasInputToLink({"a.o"}));
}

TEST(LinkerWords, RelocatableInEverySpelling) {
  EXPECT_TRUE(LinksRelocatable({"-r"}));
  EXPECT_TRUE(LinksRelocatable({"-Wl,-O1,--relocatable"}));
  EXPECT_TRUE(LinksRelocatable({"-Xlinker", "-r"}));
  EXPECT_FALSE(LinksRelocatable({"-o", "-r", "-rdynamic", "-Wl,-rpath,/x"}));
}

TEST(LinkerWords, UndefinedSymbolsAreAllowedInEverySpelling) {
  EXPECT_EQ(AllowUndefinedSymbols({"-shared", "-Wl,-z,defs"}), (Args{"-shared"}));
  EXPECT_EQ(AllowUndefinedSymbols({"-Wl,--no-undefined", "a.o"}), (Args{"a.o"}));
  EXPECT_EQ(AllowUndefinedSymbols({"-z", "defs", "a.o"}), (Args{"a.o"}));
  EXPECT_EQ(AllowUndefinedSymbols({"-Xlinker", "-z", "-Xlinker", "defs"}), (Args{}));
  EXPECT_EQ(AllowUndefinedSymbols({"-Wl,-z", "-lm", "-Wl,defs"}), (Args{"-lm"}));
}

TEST(LinkerWords, OtherWordsStayInOrder) {
  EXPECT_EQ(AllowUndefinedSymbols({"-Wl,-O1,-z,defs,-z,now", "a.o"}),
            (Args{"-Xlinker", "-O1", "-Xlinker", "-z", "-Xlinker", "now", "a.o"}));
}

TEST(LinkerWords, NothingChangesWithoutThem) {
  const Args args = {"-Wl,-z,now", "-Xlinker", "-z", "-Xlinker", "relro", "-z", "lazy"};
  EXPECT_EQ(AllowUndefinedSymbols(args), args);
}

}  // namespace
}  // namespace hbsan::tools
