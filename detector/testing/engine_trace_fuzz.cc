// Compares the engine with the oracle on any number of random traces:
//   engine_trace_fuzz --traces N --seed FIRST
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "detector/testing/trace_shrinker.h"

int main(int argc, char** argv) {
  std::uint64_t traces = 1'000'000;
  std::uint64_t seed = 1;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--traces") == 0) traces = std::strtoull(argv[i + 1], nullptr, 10);
    if (std::strcmp(argv[i], "--seed") == 0) seed = std::strtoull(argv[i + 1], nullptr, 10);
  }
  std::uint64_t races = 0;
  if (const auto failure = hbsan::testing::FuzzTraces(seed, traces, races)) {
    std::fprintf(stderr, "%s", failure->c_str());
    return 1;
  }
  std::printf("%" PRIu64 " traces from seed %" PRIu64
              ": the engine and the oracle agree, on %" PRIu64 " races too\n",
              traces, seed, races);
  return 0;
}
