#include "runtime/report/short_name.h"

#include <gtest/gtest.h>

#include <string>

namespace hbsan {
namespace {

std::string Short(std::string_view name) {
  TextBuffer out;
  PrintShortName(name, out);
  return std::string(out.view());
}

TEST(ShortName, StringsHaveTheirUsualNames) {
  EXPECT_EQ(Short("Deposit(std::__cxx11::basic_string<char, std::char_traits<char>, "
                  "std::allocator<char>> const&, long)"),
            "Deposit(std::string const&, long)");
  EXPECT_EQ(Short("f(std::basic_string_view<char, std::char_traits<char>>)"),
            "f(std::string_view)");
  EXPECT_EQ(Short("std::basic_ostream<char, std::char_traits<char> >::flush()"),
            "std::ostream::flush()");
  EXPECT_EQ(
      Short("f(std::basic_string<char8_t, std::char_traits<char8_t>, std::allocator<char8_t>>)"),
      "f(std::basic_string<char8_t>)");
}

TEST(ShortName, DefaultArgumentsAreLeftOut) {
  EXPECT_EQ(Short("std::map<int, Account, std::less<int>, std::allocator<std::pair<int const, "
                  "Account>>>::operator[](int const&)"),
            "std::map<int, Account>::operator[](int const&)");
  EXPECT_EQ(Short("std::vector<std::unique_ptr<A, std::default_delete<A>>, "
                  "std::allocator<std::unique_ptr<A, std::default_delete<A>>>>::clear()"),
            "std::vector<std::unique_ptr<A>>::clear()");
}

TEST(ShortName, WhatIsNoDefaultStays) {
  EXPECT_EQ(Short("f(int, std::allocator<int>)"), "f(int, std::allocator<int>)");
  EXPECT_EQ(Short("A<int, std::less<int>*>::g()"), "A<int, std::less<int>*>::g()");
  EXPECT_EQ(Short("std::map<int, A, my::less<int>>::at(int)"),
            "std::map<int, A, my::less<int>>::at(int)");
  EXPECT_EQ(Short("mystd::basic_string<char, std::char_traits<char>>"),
            "mystd::basic_string<char>");
}

TEST(ShortName, OperatorsAreNoBrackets) {
  EXPECT_EQ(Short("std::operator<<<std::char_traits<char>>(int, std::allocator<int>)"),
            "std::operator<<<std::char_traits<char>>(int, std::allocator<int>)");
  EXPECT_EQ(Short("A::operator->() const"), "A::operator->() const");
}

TEST(ShortName, LosesItsInnermostArgumentsToFit) {
  const auto fit = [](std::string_view name, std::size_t columns) {
    TextBuffer out;
    PrintShortName(name, columns, out);
    return std::string(out.view());
  };
  constexpr std::string_view kName =
      "bool A<int, std::vector<B<short> > >::operator<(std::map<int, C> const&)";
  EXPECT_EQ(fit(kName, 100), kName);
  EXPECT_EQ(fit(kName, 71),
            "bool A<int, std::vector<B<...> > >::operator<(std::map<int, C> const&)");
  EXPECT_EQ(fit(kName, 69), "bool A<int, std::vector<...> >::operator<(std::map<...> const&)");
  EXPECT_EQ(fit(kName, 10), "bool A<...>::operator<(...)");
  EXPECT_EQ(fit("(anonymous namespace)::Add(long)::$_0::operator()() const", 5),
            "(anonymous namespace)::Add(...)::$_0::operator()() const");
  EXPECT_EQ(fit("A<int, std::vector<int", 5), "A<int, std::vector<int");
}

TEST(ShortName, AnythingElseStays) {
  EXPECT_EQ(Short(""), "");
  EXPECT_EQ(Short("main::$_1::operator()() const"), "main::$_1::operator()() const");
  EXPECT_EQ(Short("std::vector<int, std::allocator<int"), "std::vector<int, std::allocator<int");
}

}  // namespace
}  // namespace hbsan
