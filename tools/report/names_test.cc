#include "tools/report/names.h"

#include <gtest/gtest.h>

namespace hbsan::tools {
namespace {

TEST(ShortName, StandardTypesHaveTheirUsualNames) {
  EXPECT_EQ(ShortName("Put(std::__cxx11::basic_string<char, std::char_traits<char>, "
                      "std::allocator<char> > const&, int)"),
            "Put(std::string const&, int)");
  EXPECT_EQ(ShortName("std::vector<std::pair<int, A>, std::allocator<std::pair<int, A>>>::size()"),
            "std::vector<std::pair<int, A>>::size()");
  EXPECT_EQ(ShortName("f(int, std::allocator<int>)"), "f(int, std::allocator<int>)");
  EXPECT_EQ(ShortName("main"), "main");
  EXPECT_EQ(ShortName("broken, std::allocator<int"), "broken, std::allocator<int");
}

TEST(Fitted, LosesItsInnermostArguments) {
  const std::string name = "bool A<int, B<C<long>>>::operator<(std::map<int, D> const&)";
  EXPECT_EQ(Fitted(name, 100), name);
  EXPECT_EQ(Fitted(name, 57), "bool A<int, B<...>>::operator<(std::map<...> const&)");
  EXPECT_EQ(Fitted(name, 10), "bool A<...>::operator<(...)");
  EXPECT_EQ(Fitted("(anonymous namespace)::F(long)", 5), "(anonymous namespace)::F(...)");
}

}  // namespace
}  // namespace hbsan::tools
