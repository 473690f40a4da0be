// The engine reports exactly what a naive oracle finds, on random traces. HBSAN_TRACES=N runs N of
// them; for millions there is engine_trace_fuzz.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>

#include "detector/testing/trace_shrinker.h"

namespace hbsan::testing {
namespace {

TEST(EngineTraceTest, EngineAgreesWithOracle) {
  const char* wanted = std::getenv("HBSAN_TRACES");
  const std::uint64_t traces = wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : 20'000;
  std::uint64_t races = 0;
  const auto failure = FuzzTraces(/*first_seed=*/1, traces, races);
  EXPECT_FALSE(failure) << *failure;
  RecordProperty("races", std::to_string(races));
}

}  // namespace
}  // namespace hbsan::testing
