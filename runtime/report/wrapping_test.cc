#include "runtime/report/wrapping.h"

#include <gtest/gtest.h>

#include <string>

namespace hbsan {
namespace {

std::string Wrapped(std::string_view text) {
  TextBuffer out;
  PrintWrapped(text, 4, out);
  return std::string(out.view());
}

TEST(Wrapping, WhatFitsStays) {
  const std::string fits = "  " + std::string(97, 'a') + " b";
  EXPECT_EQ(Wrapped(""), "");
  EXPECT_EQ(Wrapped("  Location is  global"), "  Location is  global");
  EXPECT_EQ(Wrapped(fits.substr(1)), fits.substr(1));
}

TEST(Wrapping, BreaksAtSpacesAndIndents) {
  const std::string half(48, 'a');
  EXPECT_EQ(Wrapped("  " + half + " " + half + " " + half + " b"),
            "  " + half + " " + half + "\n    " + half + " b");
}

TEST(Wrapping, AWordThatIsTooLongStaysWhole) {
  const std::string path(150, 'p');
  EXPECT_EQ(Wrapped("  declared at " + path + " by"), "  declared at\n    " + path + "\n    by");
}

TEST(Wrapping, CountsCharactersNotBytes) {
  std::string umlauts;
  for (int i = 0; i < 90; ++i) umlauts += "ü";
  EXPECT_EQ(ColumnsOf(umlauts), 90u);
  EXPECT_EQ(Wrapped(umlauts + " abcdefghi"), umlauts + " abcdefghi");
}

}  // namespace
}  // namespace hbsan
