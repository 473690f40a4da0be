// Makes a failing trace as short and plain as it gets.
#ifndef HBSAN_DETECTOR_TESTING_TRACE_SHRINKER_H_
#define HBSAN_DETECTOR_TESTING_TRACE_SHRINKER_H_

#include <cstdint>
#include <optional>
#include <string>

#include "detector/testing/trace.h"

namespace hbsan::testing {

// Runs a trace in a new engine; what is wrong with the engine, if anything.
std::optional<std::string> RunTrace(const Trace& trace);

// `trace` fails. No operation of the result can be left out.
Trace Shrink(Trace trace);

// Runs `count` random traces, a few in each engine, the first with seed `first_seed`. The first
// failure, shrunk and as text; nothing if there is none. Adds to `races` the races found.
std::optional<std::string> FuzzTraces(std::uint64_t first_seed, std::uint64_t count,
                                      std::uint64_t& races);

}  // namespace hbsan::testing

#endif  // HBSAN_DETECTOR_TESTING_TRACE_SHRINKER_H_
