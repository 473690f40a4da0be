#include "tools/report/source_excerpt.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace hbsan::tools {
namespace {

constexpr size_t kLongestLine = 400;
constexpr size_t kMostLines = 200'000;

}  // namespace

const std::vector<std::string>& SourceFiles::Lines(const std::string& path) {
  const auto [at, is_new] = files_.try_emplace(path);
  std::error_code error;
  if (!is_new || !std::filesystem::is_regular_file(path, error)) return at->second;
  std::ifstream stream(path);
  for (std::string line; at->second.size() < kMostLines && std::getline(stream, line);) {
    if (line.size() > kLongestLine) line.resize(kLongestLine);
    at->second.push_back(std::move(line));
  }
  return at->second;
}

std::vector<SourceLine> SourceFiles::Around(const Frame& frame, uint32_t around,
                                            const std::string& root) {
  if (frame.file.empty() || frame.line == 0) return {};
  const std::filesystem::path path = std::filesystem::path(root) / frame.file;
  const std::vector<std::string>& lines = Lines(path);
  if (frame.line > lines.size()) return {};
  std::vector<SourceLine> excerpt;
  const uint32_t first = frame.line > around ? frame.line - around : 1;
  const uint32_t last = std::min<uint32_t>(frame.line + around, lines.size());
  for (uint32_t n = first; n <= last; ++n) excerpt.push_back({n, lines[n - 1]});
  return excerpt;
}

}  // namespace hbsan::tools
