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

// Traces that once disagreed: a split made of a list took what held for one byte for all of them.
TEST(EngineTraceTest, EngineAgreesWithOracleWhereItDidNot) {
  std::uint64_t races = 0;
  const auto failure = FuzzTraces(/*first_seed=*/131'083'225, /*traces=*/15, races);
  EXPECT_FALSE(failure) << *failure;
}

}  // namespace
}  // namespace hbsan::testing
