// A relaxed store by another thread ends a release sequence: who acquires what it stored is ordered
// after nothing. In half of the trials a relaxed read-modify-write follows, which goes on with
// nothing.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "tests/trials/access.h"
#include "tests/trials/hidden.h"
#include "tests/trials/plan.h"
#include "tests/trials/threads.h"

namespace hbsan::trials {
namespace {

constexpr std::size_t kBatch = 50;

struct Sequences {
  char* memory;
  std::size_t trials;
  std::vector<std::atomic<int>> words;
  HiddenBarrier barrier{3};

  char* slot(std::size_t i) const { return memory + i * kSlotBytes; }
};

// Runs part(first, last) of each batch as the thread that is `number`th in it.
template <typename Part>
[[gnu::always_inline]] inline void InTurn(Sequences& sequences, int number, Part part) {
  for (std::size_t first = 0; first < sequences.trials; first += kBatch) {
    const std::size_t last = std::min(first + kBatch, sequences.trials);
    for (int turn = 0; turn < 3; ++turn) {
      if (turn == number) {
        for (std::size_t i = first; i < last; ++i) part(i);
      }
      sequences.barrier.Wait();
    }
  }
}

}  // namespace

HBSAN_TRIAL_FUNCTION void Releaser(void* argument) {
  Sequences& sequences = *static_cast<Sequences*>(argument);
  InTurn(sequences, 0, [&](std::size_t i) __attribute__((always_inline)) {
    AsFirst(WriteAligned8, sequences.slot(i));
    sequences.words[i].store(1, std::memory_order_release);
  });
}

HBSAN_TRIAL_FUNCTION void Ender(void* argument) {
  Sequences& sequences = *static_cast<Sequences*>(argument);
  InTurn(sequences, 1, [&](std::size_t i) __attribute__((always_inline)) {
    sequences.words[i].store(2, std::memory_order_relaxed);
    if (i % 2 != 0) sequences.words[i].fetch_add(1, std::memory_order_relaxed);
  });
}

HBSAN_TRIAL_FUNCTION void Acquirer(void* argument) {
  Sequences& sequences = *static_cast<Sequences*>(argument);
  InTurn(sequences, 2, [&](std::size_t i) __attribute__((always_inline)) {
    if (sequences.words[i].load(std::memory_order_acquire) < 2) std::abort();
    AsSecond(i % 3 == 0 ? ReadAligned8 : WriteAligned8, sequences.slot(i));
  });
}

void EndedReleaseSequence(Plan& plan, std::size_t) {
  Sequences sequences{.memory = plan.FreshMemory(plan.trials() * kSlotBytes),
                      .trials = plan.trials(),
                      .words = std::vector<std::atomic<int>>(plan.trials())};
  for (std::size_t i = 0; i < sequences.trials; ++i) {
    plan.Expect(sequences.slot(i), kSlotBytes, FirstStack(WriteAligned8, Releaser),
                SecondStack(i % 3 == 0 ? ReadAligned8 : WriteAligned8, Acquirer));
  }
  Thread threads[3];
  const Thread::Body bodies[] = {Releaser, Ender, Acquirer};
  for (int i = 0; i < 3; ++i) threads[i].Start(bodies[i], &sequences);
  for (Thread& thread : threads) thread.Join();
}

}  // namespace hbsan::trials
