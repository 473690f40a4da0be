// A 128-bit fingerprint of a sequence of strings and files. Not against an adversary.
#ifndef HBSAN_TOOLS_CONTENT_HASH_H_
#define HBSAN_TOOLS_CONTENT_HASH_H_

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace hbsan::tools {

class ContentHash {
 public:
  ContentHash();
  ~ContentHash();

  // Adds one item. Its length counts too, so no two different sequences look the same.
  void Add(std::string_view item);
  // Adds the file's name and what it holds, or that it cannot be read.
  void AddFile(const std::filesystem::path& file);

  std::string Hex() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_CONTENT_HASH_H_
