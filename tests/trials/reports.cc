#include "tests/trials/reports.h"

#include <dlfcn.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <unordered_map>

// compiler-rt's interface for programs that ask about their reports.
extern "C" {
int __tsan_get_report_mop(void* report, std::uintptr_t index, int* tid, void** address, int* size,
                          int* write, int* atomic, void** trace, std::uintptr_t trace_size);

const char* __tsan_default_options() {
  return "suppress_equal_stacks=0:suppress_equal_addresses=0:symbolize=0:max_reports=0:"
         "report_thread_leaks=0:log_path=/dev/null:print_summary=0:exitcode=0";
}

void __tsan_on_report(void* report);
}

namespace hbsan::trials {
namespace {

struct Access {
  std::uintptr_t address;
  void* pcs[kMaxFrames];  // ended by a null
};

struct LoggedReport {
  Access accesses[2];
};

constexpr std::size_t kCapacity = std::size_t{1} << 20;
constexpr std::size_t kExplained = 5;  // per verdict

LoggedReport* logged = nullptr;
std::size_t count = 0;

// Reports come one at a time: the runtime holds its lock.
void Log(void* report) {
  if (logged == nullptr) {
    logged = static_cast<LoggedReport*>(mmap(nullptr, kCapacity * sizeof(LoggedReport),
                                             PROT_READ | PROT_WRITE,
                                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
    if (logged == MAP_FAILED) abort();
  }
  const std::size_t index = __atomic_fetch_add(&count, 1, __ATOMIC_RELAXED);
  if (index >= kCapacity) return;
  for (std::uintptr_t i = 0; i < 2; ++i) {
    Access& access = logged[index].accesses[i];
    std::fill_n(access.pcs, kMaxFrames, nullptr);
    int tid, size, write, atomic;
    void* address = nullptr;
    __tsan_get_report_mop(report, i, &tid, &address, &size, &write, &atomic, access.pcs,
                          kMaxFrames - 1);
    access.address = reinterpret_cast<std::uintptr_t>(address);
  }
}

// The start of the function that a return address lies in.
const void* FunctionOf(void* return_address) {
  static std::unordered_map<void*, const void*> known;
  const auto found = known.find(return_address);
  if (found != known.end()) return found->second;
  Dl_info symbol = {};
  dladdr(static_cast<char*>(return_address) - 1, &symbol);
  return known[return_address] = symbol.dli_saddr;
}

bool Matches(const Access& access, const Stack& stack) {
  std::size_t at = 0;
  const auto next_is = [&](const void* function) {
    return at < kMaxFrames && access.pcs[at] != nullptr && FunctionOf(access.pcs[at++]) == function;
  };
  for (const void* function : stack.inner) {
    if (function == nullptr) break;
    if (!next_is(function)) return false;
  }
  for (std::size_t i = 0; i < stack.nested; ++i) {
    if (!next_is(stack.nest)) return false;
  }
  for (const void* function : stack.outer) {
    if (function == nullptr) break;
    if (!next_is(function)) return false;
  }
  return true;
}

bool ShowsBoth(const LoggedReport& report, const Trial& trial) {
  const Access& a = report.accesses[0];
  const Access& b = report.accesses[1];
  return (Matches(a, trial.first) && Matches(b, trial.second)) ||
         (Matches(a, trial.second) && Matches(b, trial.first));
}

void PrintStack(const char* title, const Access& access) {
  std::fprintf(stderr, "  %s, address %#zx:", title, static_cast<std::size_t>(access.address));
  for (void* pc : access.pcs) {
    if (pc == nullptr) break;
    Dl_info symbol = {};
    dladdr(static_cast<char*>(pc) - 1, &symbol);
    std::fprintf(stderr, " %s", symbol.dli_sname == nullptr ? "?" : symbol.dli_sname);
  }
  std::fprintf(stderr, "\n");
}

void Explain(const char* what, const LoggedReport& report) {
  std::fprintf(stderr, "%s:\n", what);
  PrintStack("one side", report.accesses[0]);
  PrintStack("other side", report.accesses[1]);
}

}  // namespace

Verdict Judge(std::vector<Trial>& trials) {
  std::sort(trials.begin(), trials.end(),
            [](const Trial& a, const Trial& b) { return a.begin < b.begin; });
  std::vector<char> reported(trials.size()), incomplete(trials.size());
  Verdict verdict;
  std::size_t explained = 0;
  for (std::size_t i = 0; i < std::min(count, kCapacity); ++i) {
    const LoggedReport& report = logged[i];
    const std::uintptr_t address = report.accesses[0].address;
    auto trial = std::upper_bound(trials.begin(), trials.end(), address,
                                  [](std::uintptr_t a, const Trial& t) { return a < t.begin; });
    if (trial == trials.begin() || address >= (--trial)->begin + trial->size) {
      ++verdict.strays;
      if (explained++ < kExplained) Explain("a report that belongs to no trial", report);
      continue;
    }
    const auto index = static_cast<std::size_t>(trial - trials.begin());
    reported[index] = 1;
    if (ShowsBoth(report, *trial)) continue;
    incomplete[index] = 1;
    if (explained++ < kExplained) Explain("a report without both stacks", report);
  }
  verdict.missed = static_cast<std::size_t>(std::count(reported.begin(), reported.end(), 0));
  verdict.incomplete =
      static_cast<std::size_t>(std::count(incomplete.begin(), incomplete.end(), 1));
  for (std::size_t i = 0, shown = 0; i < trials.size() && shown < kExplained; ++i) {
    if (reported[i] != 0) continue;
    ++shown;
    std::fprintf(stderr, "missed: trial %zu of %zu in the order of addresses, at %#zx\n", i,
                 trials.size(), static_cast<std::size_t>(trials[i].begin));
  }
  count = 0;
  return verdict;
}

}  // namespace hbsan::trials

void __tsan_on_report(void* report) { hbsan::trials::Log(report); }
