#include "tools/sanitizer_args.h"

#include <gtest/gtest.h>

namespace hbsan::tools {
namespace {

using Args = std::vector<std::string>;

TEST(SanitizerArgs, TheLastOfOnAndOffCounts) {
  EXPECT_TRUE(ReadSanitizers({"-fsanitize=race"}).race);
  EXPECT_FALSE(ReadSanitizers({"-fsanitize=race", "-fno-sanitize=race"}).race);
  EXPECT_TRUE(ReadSanitizers({"-fno-sanitize=race", "-fsanitize=race"}).race);
  EXPECT_FALSE(ReadSanitizers({"-fsanitize=race", "-fno-sanitize=all"}).race);
}

TEST(SanitizerArgs, CollectsTheOthersOfEachList) {
  const SanitizerSet set =
      ReadSanitizers({"-fsanitize=undefined,race,integer", "-fno-sanitize=integer"});
  EXPECT_TRUE(set.race);
  EXPECT_EQ(set.others, std::set<std::string>{"undefined"});
}

TEST(SanitizerArgs, AnOptionsValueIsNoOption) {
  EXPECT_FALSE(ReadSanitizers({"-o", "-fsanitize=race"}).race);
  EXPECT_FALSE(ReadSanitizers({"--", "-fsanitize=race"}).race);
}

TEST(SanitizerArgs, SpellsRaceAsThreadInEveryList) {
  EXPECT_EQ(SpellRaceAsThread({"-c", "-fsanitize=undefined,race", "-fno-sanitize-recover=race",
                               "-fno-sanitize=race", "a.c"}),
            (Args{"-c", "-fsanitize=undefined,thread", "-fno-sanitize-recover=thread",
                  "-fno-sanitize=thread", "a.c"}));
}

TEST(SanitizerArgs, AUsersThreadThatWasTurnedOffStaysOff) {
  EXPECT_EQ(SpellRaceAsThread({"-fsanitize=thread", "-fsanitize=race", "-fno-sanitize=thread"}),
            (Args{"-fsanitize=thread"}));
}

TEST(SanitizerArgs, DropsRaceAndListsLeftEmpty) {
  EXPECT_EQ(DropRace({"-fsanitize=race,undefined", "-fno-sanitize=race", "-fsanitize="}),
            (Args{"-fsanitize=undefined", "-fsanitize="}));
}

}  // namespace
}  // namespace hbsan::tools
