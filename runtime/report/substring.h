// std::string_view::substr without its exception, which would need libstdc++ at link time.
#ifndef HBSAN_RUNTIME_REPORT_SUBSTRING_H_
#define HBSAN_RUNTIME_REPORT_SUBSTRING_H_

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace hbsan {

// What of [begin, begin + count) lies in `text`.
constexpr std::string_view Substring(std::string_view text, std::size_t begin,
                                     std::size_t count = std::string_view::npos) {
  begin = std::min(begin, text.size());
  return {text.data() + begin, std::min(count, text.size() - begin)};
}

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_SUBSTRING_H_
