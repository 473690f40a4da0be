#include "detector/testing/trace_shrinker.h"

#include <algorithm>

#include "detector/testing/trace_generator.h"
#include "detector/testing/trace_runner.h"

namespace hbsan::testing {
namespace {

constexpr std::uint64_t kTracesPerEngine = 50;

Trace Without(const Trace& trace, std::size_t first, std::size_t count) {
  Trace rest(trace.begin(), trace.begin() + first);
  rest.insert(rest.end(), trace.begin() + std::min(first + count, trace.size()), trace.end());
  return rest;
}

std::string Report(std::uint64_t seed, const Trace& trace, const std::string& wrong) {
  const Trace small = RunTrace(trace) ? Shrink(trace) : trace;
  return "seed " + std::to_string(seed) + ": " + wrong + "\nThe shortest trace that fails:\n" +
         ToString(small) + RunTrace(small).value_or("It passes in a new engine.") + "\n";
}

}  // namespace

std::optional<std::string> RunTrace(const Trace& trace) {
  TraceRunner runner;
  for (const Op& op : trace) {
    if (auto wrong = runner.Run(op)) return wrong;
  }
  return std::nullopt;
}

Trace Shrink(Trace trace) {
  for (std::size_t piece = trace.size() / 2; piece > 0;) {
    bool shorter = false;
    for (std::size_t first = 0; first < trace.size();) {
      Trace rest = Without(trace, first, piece);
      if (RunTrace(rest)) {
        trace = std::move(rest);
        shorter = true;
      } else {
        first += piece;
      }
    }
    if (!shorter || piece > 1) piece /= 2;
  }
  return trace;
}

std::optional<std::string> FuzzTraces(std::uint64_t first_seed, std::uint64_t count,
                                      std::uint64_t& races) {
  const std::uint64_t end = first_seed + count;
  for (std::uint64_t seed = first_seed; seed < end;) {
    TraceRunner runner;
    Trace all;  // that this engine has run
    for (const std::uint64_t last = std::min(end, seed + kTracesPerEngine); seed < last; ++seed) {
      if (auto wrong = TraceGenerator(seed).Run(runner, all)) return Report(seed, all, *wrong);
    }
    races += static_cast<std::uint64_t>(runner.races());
  }
  return std::nullopt;
}

}  // namespace hbsan::testing
