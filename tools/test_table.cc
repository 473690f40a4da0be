#include "tools/test_table.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace hbsan::tools {
namespace {

constexpr size_t kWidestName = 64;

struct Row {
  size_t races = 0;
  uint64_t reports = 0;
};

// The rows that a race belongs to.
std::vector<std::string> RowsOf(const Race& race) {
  if (!race.tests.empty()) return {race.tests.begin(), race.tests.end()};
  return {race.programs.empty() ? "unknown program"
                                : "program " + absl::StrJoin(race.programs, ", ")};
}

std::string Unescape(const std::string& xml) {
  return absl::StrReplaceAll(
      xml, {{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"}, {"&amp;", "&"}});
}

}  // namespace

TestTimes ReadTestTimes(const std::filesystem::path& file) {
  std::ifstream stream(file);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  // As CTest writes it: one line for each test case's start, in this order.
  static const std::regex kCase(R"re(<testcase name="([^"]*)"[^>]* time="([0-9.e+-]+)")re");
  TestTimes times;
  for (std::sregex_iterator at(text.begin(), text.end(), kCase), end; at != end; ++at) {
    times[Unescape((*at)[1])] = std::strtod((*at)[2].str().c_str(), nullptr);
  }
  return times;
}

void PrintTestTable(const RaceSet& races, const TestTimes& times, std::ostream& out) {
  std::map<std::string, Row> rows;
  for (const Race* race : races.Sorted()) {
    for (const std::string& name : RowsOf(*race)) {
      ++rows[name].races;
      rows[name].reports += race->reports;
    }
  }
  if (rows.empty()) return;
  size_t width = 4;
  for (const auto& [name, row] : rows) width = std::max(width, name.size());
  width = std::min(width, kWidestName);
  out << absl::StrFormat("%-*s  races  reports  time\n", static_cast<int>(width), "test");
  for (const auto& [name, row] : rows) {
    out << absl::StrFormat("%-*s  %5d  %7d", static_cast<int>(width), name, row.races, row.reports);
    const auto time = times.find(name);
    if (time != times.end()) out << absl::StrFormat("  %.2f s", time->second);
    out << "\n";
  }
  out << "\n";
}

}  // namespace hbsan::tools
