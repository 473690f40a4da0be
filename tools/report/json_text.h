// The text of JSON values, made as they go: there may be hundreds of megabytes.
#ifndef HBSAN_TOOLS_REPORT_JSON_TEXT_H_
#define HBSAN_TOOLS_REPORT_JSON_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace hbsan::tools {

// Keys and brackets put the commas where they belong.
class JsonText {
 public:
  // The key of the object begun last; its value follows.
  JsonText& Key(std::string_view key);
  void Begin(char bracket);
  void End(char bracket);
  // What is not UTF-8 is replaced.
  void String(std::string_view value);
  void Number(uint64_t value);
  void Bool(bool value);

  // Left out if there is nothing to say.
  void Put(std::string_view key, std::string_view text) {
    if (!text.empty()) Key(key).String(text);
  }
  void Put(std::string_view key, uint64_t number) {
    if (number != 0) Key(key).Number(number);
  }
  void PutHex(std::string_view key, uint64_t number);

  const std::string& text() const { return text_; }

 private:
  void Separate() {
    if (!first_) text_ += ',';
    first_ = false;
  }

  std::string text_;
  bool first_ = true;
};

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_REPORT_JSON_TEXT_H_
