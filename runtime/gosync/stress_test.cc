// Random programs of goroutines: nothing may be lost, doubled, out of order, starved or stuck, and
// with detection nothing may be reported.
//
// GOSYNC_STRESS_SECONDS runs for so long instead of a fixed number of programs; GOSYNC_STRESS_SEED
// is the first program's seed, as a failure names it. A program that hangs is ended by SIGALRM, its
// seed the last that was printed (GOSYNC_STRESS_VERBOSE=1 prints each).
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "gosync/random_program.h"

namespace gosync {
namespace {

constexpr unsigned kSecondsToHang = 60;
constexpr int kPrograms = 30;

unsigned Setting(const char* name, unsigned otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? static_cast<unsigned>(std::strtoul(text, nullptr, 10)) : otherwise;
}

TEST(StressTest, RandomPrograms) {
  const unsigned first = Setting("GOSYNC_STRESS_SEED", 1);
  const unsigned seconds = Setting("GOSYNC_STRESS_SECONDS", 0);
  const bool verbose = Setting("GOSYNC_STRESS_VERBOSE", 0) != 0;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  unsigned count = 0;
  while (seconds == 0 ? count < kPrograms : std::chrono::steady_clock::now() < end) {
    const unsigned seed = first + count++;
    if (verbose) std::fprintf(stderr, "program %u\n", seed);
    alarm(kSecondsToHang);
    RandomProgram(seed).Run();
    if (HasFailure()) break;
  }
  alarm(0);
  RecordProperty("programs", static_cast<int>(count));
  if (seconds != 0) std::fprintf(stderr, "%u programs\n", count);
}

// Whoever waits has its turn, however busy the others are.
TEST(StressTest, MutexIsFair) {
  for (const int workers : {1, 2, 8}) {
    GOMAXPROCS(workers);
    Mutex mutex;
    Bool done;
    WaitGroup wg;
    for (int g = 0; g < 2; ++g) {
      wg.Go([&] {
        while (!done.Load()) {
          mutex.Lock();
          mutex.Unlock();
        }
      });
    }
    wg.Go([&] {
      for (int i = 0; i < 5; ++i) {
        mutex.Lock();
        mutex.Unlock();
        Gosched();
      }
      done.Store(true);
    });
    alarm(kSecondsToHang);
    wg.Wait();
    alarm(0);
  }
}

// Senders that wait are served in the order in which they came.
TEST(StressTest, WaitingSendersTakeTurns) {
  constexpr int kSenders = 10, kRounds = 200;
  GOMAXPROCS(1);
  Chan<int> c(0), over(0);
  WaitGroup senders, receiver;
  Bool done;
  for (int s = 0; s < kSenders; ++s) {
    senders.Go([&, s] {
      while (!done.Load()) c.Send(s);
    });
  }
  std::vector<int> served(kSenders);
  receiver.Go([&] {
    for (int i = 0; i < kSenders * kRounds; ++i) ++served[static_cast<std::size_t>(c.Recv())];
    done.Store(true);
    while (Select(OnRecv(c), OnRecv(over)) == 0) {
    }
  });
  senders.Wait();
  over.Close();
  receiver.Wait();
  for (const int n : served) {
    EXPECT_GE(n, kRounds - 10);
    EXPECT_LE(n, kRounds + 10);
  }
}

}  // namespace
}  // namespace gosync
