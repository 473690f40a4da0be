#include "tools/content_hash.h"

#include <gtest/gtest.h>

#include <fstream>

namespace hbsan::tools {
namespace {

std::string HashOf(const std::vector<std::string>& items) {
  ContentHash hash;
  for (const std::string& item : items) hash.Add(item);
  return hash.Hex();
}

std::string HashOfFile(const std::string& file) {
  ContentHash hash;
  hash.AddFile(file);
  return hash.Hex();
}

TEST(ContentHash, DependsOnEachItemAndOnWhereItEnds) {
  EXPECT_EQ(HashOf({"a", "b"}), HashOf({"a", "b"}));
  EXPECT_NE(HashOf({"a", "b"}), HashOf({"b", "a"}));
  EXPECT_NE(HashOf({"ab"}), HashOf({"a", "b"}));
  EXPECT_NE(HashOf({"a", ""}), HashOf({"a"}));
}

TEST(ContentHash, DependsOnAFilesContentAndOnWhetherItIsThere) {
  const std::string file = testing::TempDir() + "content_hash";
  std::remove(file.c_str());
  const std::string missing = HashOfFile(file);
  std::ofstream(file) << "";
  const std::string empty = HashOfFile(file);
  std::ofstream(file) << "text";
  EXPECT_NE(missing, empty);
  EXPECT_NE(empty, HashOfFile(file));
  EXPECT_EQ(HashOfFile(file), HashOfFile(file));
}

}  // namespace
}  // namespace hbsan::tools
