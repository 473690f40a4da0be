// What `hbsan test` says when the test command has ended.
#ifndef HBSAN_TOOLS_TEST_TABLE_H_
#define HBSAN_TOOLS_TEST_TABLE_H_

#include <filesystem>
#include <map>
#include <ostream>
#include <string>

#include "tools/report/race_set.h"

namespace hbsan::tools {

// How long each of CTest's tests took, in seconds, by name.
using TestTimes = std::map<std::string, double>;

// The times in the JUnit XML that CTest wrote to `file`; empty if it cannot be read.
TestTimes ReadTestTimes(const std::filesystem::path& file);

// A line for each test that raced: its name, distinct races, reports, and its time if known.
// Reports that belong to no test count for the program. Prints nothing without races.
void PrintTestTable(const RaceSet& races, const TestTimes& times, std::ostream& out);

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_TEST_TABLE_H_
