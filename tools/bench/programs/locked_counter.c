// Counters behind one mutex: a total and a histogram, short critical sections and much contention.
//
// The check: the sums, and the histogram of the same numbers counted serially.
#include <pthread.h>
#include <string.h>

#include "tools/bench/programs/bench.h"

enum { kBuckets = 64 };

typedef struct Counters {
  pthread_mutex_t mutex;
  uint64_t total;
  uint64_t histogram[kBuckets];
} Counters;

typedef struct Worker {
  Counters* counters;
  uint64_t seed;
  size_t rounds;
} Worker;

static void* Count(void* argument) {
  const Worker* worker = argument;
  uint64_t seed = worker->seed;
  for (size_t i = 0; i < worker->rounds; ++i) {
    const uint64_t random = BenchRandom(&seed);
    pthread_mutex_lock(&worker->counters->mutex);
    ++worker->counters->total;
    ++worker->counters->histogram[random % kBuckets];
    pthread_mutex_unlock(&worker->counters->mutex);
  }
  return NULL;
}

int main(int argc, char** argv) {
  const BenchArgs args = BenchParseArgs(argc, argv);
  const size_t rounds = BenchScaled(args.scale, 50000000, 1000) / args.threads;
  Counters counters = {.mutex = PTHREAD_MUTEX_INITIALIZER};
  pthread_t threads[kBenchMaxThreads];
  Worker workers[kBenchMaxThreads];
  uint64_t expected[kBuckets] = {0};
  for (int t = 0; t < args.threads; ++t) {
    workers[t] = (Worker){&counters, (uint64_t)t + 1, rounds};
    uint64_t seed = workers[t].seed;
    for (size_t i = 0; i < rounds; ++i) ++expected[BenchRandom(&seed) % kBuckets];
  }
  for (int t = 0; t < args.threads; ++t) {
    if (pthread_create(&threads[t], NULL, Count, &workers[t]) != 0) return 1;
  }
  for (int t = 0; t < args.threads; ++t) pthread_join(threads[t], NULL);
  return BenchVerdict(counters.total == rounds * (size_t)args.threads &&
                      memcmp(counters.histogram, expected, sizeof(expected)) == 0);
}
