#include <filesystem>
#include <fstream>
#include <iostream>
#include <regex>

#include "absl/strings/str_cat.h"
#include "tools/commands.h"
#include "tools/report/findings.h"
#include "tools/report/fingerprint.h"
#include "tools/report/log_files.h"
#include "tools/report/race_set.h"
#include "tools/report/writers.h"

namespace hbsan::tools {
namespace {

namespace fs = std::filesystem;

struct Destination {
  Writer writer;
  std::string file;  // empty: standard output
};

// `FORMAT` or `FORMAT=FILE`.
absl::StatusOr<std::vector<Destination>> ReadFormats(const std::vector<std::string>& formats) {
  std::vector<Destination> destinations;
  for (const std::string& format : formats) {
    const size_t equals = format.find('=');
    absl::StatusOr<Writer> writer = FindWriter(format.substr(0, equals));
    if (!writer.ok()) return writer.status();
    if (equals + 1 == format.size()) {
      return absl::InvalidArgumentError(absl::StrCat("no file after --format ", format));
    }
    destinations.push_back({*writer, equals == std::string::npos ? "" : format.substr(equals + 1)});
  }
  if (destinations.empty()) destinations.push_back({WriteText, ""});
  return destinations;
}

absl::Status Write(const Findings& findings, const Destination& to) {
  if (to.file.empty()) {
    to.writer(findings, std::cout);
    return absl::OkStatus();
  }
  std::ofstream file(to.file);
  to.writer(findings, file);
  file.close();
  return file ? absl::OkStatus() : absl::UnavailableError("cannot write " + to.file);
}

// What the user wants to see.
class Filter {
 public:
  static absl::StatusOr<Filter> Make(const ReportOptions& options) {
    Filter filter;
    const auto compile = [](const std::string& pattern, std::optional<std::regex>& regex) {
      if (pattern.empty()) return absl::OkStatus();
      try {
        regex.emplace(pattern, std::regex::optimize);
      } catch (const std::regex_error&) {
        return absl::InvalidArgumentError("no regular expression: " + pattern);
      }
      return absl::OkStatus();
    };
    absl::Status status = compile(options.function, filter.function_);
    status.Update(compile(options.file, filter.file_));
    status.Update(compile(options.test, filter.test_));
    filter.fingerprint_ = options.fingerprint;
    if (!status.ok()) return status;
    return filter;
  }

  bool Wants(const Race& race) const {
    if (!HasFingerprint(race, fingerprint_)) return false;
    if (function_ && !AnyFrame(race, [&](const Frame& f) { return Has(f.function, *function_); })) {
      return false;
    }
    if (file_ && !AnyFrame(race, [&](const Frame& f) { return Has(f.file, *file_); })) return false;
    return !test_ || std::ranges::any_of(
                         race.tests, [&](const std::string& test) { return Has(test, *test_); });
  }

 private:
  static bool Has(std::string_view text, const std::regex& regex) {
    return std::regex_search(text.begin(), text.end(), regex);
  }

  template <typename F>
  static bool AnyFrame(const Race& race, F wanted) {
    const auto in_stack = [&](const Access& a) { return std::ranges::any_of(a.stack, wanted); };
    return std::ranges::any_of(race.accesses, in_stack) || std::ranges::any_of(race.stack, wanted);
  }

  std::optional<std::regex> function_, file_, test_;
  std::string fingerprint_;
};

// Nothing may be left out of a baseline: it decides what fails.
absl::Status ReadBaseline(const std::string& name, RaceSet& baseline) {
  LogFiles file(baseline);
  if (absl::Status read = file.Read({name}); !read.ok()) return read;
  if (file.problems().empty()) return absl::OkStatus();
  return absl::InvalidArgumentError("baseline " + file.problems().front());
}

}  // namespace

absl::StatusOr<int> ReportCommand(const ReportOptions& options) {
  absl::StatusOr<std::vector<Destination>> destinations = ReadFormats(options.formats);
  if (!destinations.ok()) return destinations.status();
  absl::StatusOr<Filter> filter = Filter::Make(options);
  if (!filter.ok()) return filter.status();
  const auto is_unwanted = [&](const Race& race) { return !filter->Wants(race); };

  RaceSet races;
  LogFiles logs(races);
  if (absl::Status read = logs.Read(options.logs); !read.ok()) return read;
  logs.PrintProblems(std::cerr);
  races.RemoveIf(is_unwanted);

  RaceSet baseline;
  if (!options.baseline.empty()) {
    if (absl::Status read = ReadBaseline(options.baseline, baseline); !read.ok()) return read;
    baseline.RemoveIf(is_unwanted);
  }
  std::error_code error;
  const std::string root =
      fs::absolute(options.source_root.empty() ? fs::current_path(error) : options.source_root)
          .lexically_normal();
  const Findings findings = Compare(races, options.baseline.empty() ? nullptr : &baseline, root);
  for (const Destination& to : *destinations) {
    if (absl::Status status = Write(findings, to); !status.ok()) return status;
  }
  return findings.Failures().empty() ? 0 : kRacesFound;
}

}  // namespace hbsan::tools
