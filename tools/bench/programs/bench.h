// What the programs of the suite share, in C and C++.
//
// Each program is run as `PROGRAM THREADS SCALE`. It does an amount of work proportional to SCALE
// with THREADS threads (1: what takes 0.3 to 1 s without race detection), has no data race, and
// checks its result: exit status 0 if it is right, 1 if not, 2 for wrong arguments.
#ifndef HBSAN_TOOLS_BENCH_PROGRAMS_BENCH_H_
#define HBSAN_TOOLS_BENCH_PROGRAMS_BENCH_H_

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { kBenchMaxThreads = 64 };

typedef struct BenchArgs {
  int threads;   // 1 to kBenchMaxThreads
  double scale;  // more than 0
} BenchArgs;

static inline BenchArgs BenchParseArgs(int argc, char** argv) {
  BenchArgs args = {0, 0};
  if (argc == 3) {
    args.threads = atoi(argv[1]);
    args.scale = atof(argv[2]);
  }
  if (args.threads < 1 || args.threads > kBenchMaxThreads || !(args.scale > 0)) {
    fprintf(stderr, "usage: %s THREADS SCALE\n", argv[0]);
    exit(2);
  }
  return args;
}

// `full` at scale 1, proportionally less or more at others, at least `least`.
static inline size_t BenchScaled(double scale, size_t full, size_t least) {
  const size_t scaled = (size_t)(scale * (double)full);
  return scaled < least ? least : scaled;
}

// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): the next of a sequence that `*state` determines.
static inline uint64_t BenchRandom(uint64_t* state) {
  uint64_t z = (*state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

// A fixed scramble of `x`: what the producer and the checker of a value both know.
static inline uint64_t BenchScramble(uint64_t x) { return BenchRandom(&x); }

// A program's last act: `return BenchVerdict(right)`.
static inline int BenchVerdict(int right) {
  if (!right) fprintf(stderr, "wrong result\n");
  return right ? 0 : 1;
}

#endif  // HBSAN_TOOLS_BENCH_PROGRAMS_BENCH_H_
