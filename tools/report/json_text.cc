#include "tools/report/json_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

namespace hbsan::tools {

JsonText& JsonText::Key(std::string_view key) {
  Separate();
  absl::StrAppend(&text_, "\"", std::string(key), "\":");
  first_ = true;  // its value follows without a comma
  return *this;
}

void JsonText::Begin(char bracket) {
  Separate();
  text_ += bracket;
  first_ = true;
}

void JsonText::End(char bracket) {
  text_ += bracket;
  first_ = false;
}

void JsonText::String(std::string_view value) {
  Separate();
  const auto is_plain = [](unsigned char c) {
    return c >= ' ' && c < 0x7F && c != '"' && c != '\\';
  };
  if (std::ranges::all_of(value, is_plain)) {
    text_ += '"';
    text_ += value;
    text_ += '"';
  } else {
    text_ += nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
}

void JsonText::Number(uint64_t value) {
  Separate();
  absl::StrAppend(&text_, value);
}

void JsonText::Bool(bool value) {
  Separate();
  text_ += value ? "true" : "false";
}

void JsonText::PutHex(std::string_view key, uint64_t number) {
  Key(key).String(absl::StrCat("0x", absl::Hex(number)));
}

}  // namespace hbsan::tools
