// race_trials [--trials=N] [--all] [NAME...]: races that must be found every time, and a table of
// how often they were. Exits with 1 if one was missed, or reported without both stacks, or if
// anything else was reported.
//
// NAME: the classes whose name contains it; without: all but the longest, which --all adds.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "tests/trials/plan.h"

namespace hbsan::trials {
namespace {

constexpr TrialClass kClasses[] = {
    {"two writes at once", TwoWritesAtOnce, 0},
    {"a write and a read at once", WriteAndReadAtOnce, 0},
    {"misaligned, at once", MisalignedAtOnce, 0},
    {"1 of 4 readers unordered", ManyReaders, 4},
    {"1 of 8 readers unordered", ManyReaders, 8},
    {"1 of 16 readers unordered", ManyReaders, 16},
    {"1 of 32 readers unordered", ManyReaders, 32},
    {"1 of 200 readers unordered", ManyReaders, 200},
    {"1 of 8 byte writers unordered", ByteWriters, 8},
    {"10^2 calls since", CallsSince, 100},
    {"10^3 calls since", CallsSince, 1'000},
    {"10^4 calls since", CallsSince, 10'000},
    {"10^5 calls since", CallsSince, 100'000},
    {"10^6 calls since", CallsSince, 1'000'000},
    {"10^7 calls since", CallsSince, 10'000'000},
    {"thread ended", ThreadsSince, 0},
    {"thread ended, 10 since", ThreadsSince, 10},
    {"thread ended, 100 since", ThreadsSince, 100},
    {"thread ended, 10000 since", ThreadsSince, 10'000},
    {"10^4 releases since", ReleasesSince, 10'000},
    {"10^6 releases since", ReleasesSince, 1'000'000},
    {"10^8 releases since", ReleasesSince, 100'000'000},
    {"release sequence ended", EndedReleaseSequence, 0},
    {"moved by mremap", MovedMemory, 0},
};
constexpr std::size_t kLongest = 100'000'000;

bool Selected(const TrialClass& c, bool all, const std::vector<std::string_view>& names) {
  if (names.empty()) return all || c.parameter < kLongest;
  for (const std::string_view name : names) {
    if (std::string_view(c.name).find(name) != std::string_view::npos) return true;
  }
  return false;
}

// Prints the row. True if the class is as it must be.
bool Run(const TrialClass& c, std::size_t trials) {
  Plan plan(trials);
  c.run(plan, c.parameter);
  const Verdict verdict = Judge(plan.expected());
  std::printf("%-32s %9zu %9zu %20zu %9zu\n", c.name, plan.expected().size(), verdict.missed,
              verdict.incomplete, verdict.strays);
  std::fflush(stdout);
  return verdict.missed == 0 && verdict.incomplete == 0 && verdict.strays == 0;
}

int Main(int argc, char** argv) {
  constexpr std::string_view kTrials = "--trials=";
  std::size_t trials = 300;
  bool all = false;
  std::vector<std::string_view> names;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument.starts_with(kTrials)) {
      trials = std::strtoul(argv[i] + kTrials.size(), nullptr, 10);
    } else if (argument == "--all") {
      all = true;
    } else {
      names.push_back(argument);
    }
  }
  if (trials == 0) {
    std::fprintf(stderr, "race_trials: --trials=N wants a number above 0\n");
    return 2;
  }
  std::printf("%-32s %9s %9s %20s %9s\n", "class", "trials", "missed", "without both stacks",
              "strays");
  bool good = true;
  for (const TrialClass& c : kClasses) {
    if (Selected(c, all, names)) good = Run(c, trials) && good;
  }
  return good ? 0 : 1;
}

}  // namespace
}  // namespace hbsan::trials

int main(int argc, char** argv) { return hbsan::trials::Main(argc, argv); }
