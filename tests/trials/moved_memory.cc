// mremap between the two accesses: the history moves with the memory.
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include "tests/trials/access.h"
#include "tests/trials/hidden.h"
#include "tests/trials/plan.h"
#include "tests/trials/threads.h"

namespace hbsan::trials {
namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kSlotsInPage = kPage / kSlotBytes;

enum class Mover { kFirst, kSecond, kThird };

struct Move {
  char* from;
  char* to;
  std::size_t bytes;
  std::size_t trials;
  Mover mover;
  HiddenBarrier barrier{3};
};

AccessFunction FirstAccess(std::size_t i) { return i % 2 == 0 ? WriteAligned8 : ReadAligned8; }

void Remap(const Move& move) {
  if (mremap(move.from, move.bytes, move.bytes, MREMAP_MAYMOVE | MREMAP_FIXED, move.to) !=
      move.to) {
    std::perror("mremap");
    std::exit(2);
  }
}

}  // namespace

HBSAN_TRIAL_FUNCTION void BeforeMove(void* argument) {
  Move& move = *static_cast<Move*>(argument);
  for (std::size_t i = 0; i < move.trials; ++i) AsFirst(FirstAccess(i), move.from + i * kSlotBytes);
  if (move.mover == Mover::kFirst) Remap(move);
  move.barrier.Wait();
  move.barrier.Wait();
}

HBSAN_TRIAL_FUNCTION void AfterMove(void* argument) {
  Move& move = *static_cast<Move*>(argument);
  move.barrier.Wait();
  if (move.mover == Mover::kSecond) Remap(move);
  move.barrier.Wait();
  for (std::size_t i = 0; i < move.trials; ++i) AsSecond(WriteAligned8, move.to + i * kSlotBytes);
}

namespace {

void RunMove(Plan& plan, Move& move) {
  for (std::size_t i = 0; i < move.trials; ++i) {
    plan.Expect(move.to + i * kSlotBytes, kSlotBytes, FirstStack(FirstAccess(i), BeforeMove),
                SecondStack(WriteAligned8, AfterMove));
  }
  Thread first, second;
  first.Start(BeforeMove, &move);
  second.Start(AfterMove, &move);
  move.barrier.Wait();
  if (move.mover == Mover::kThird) Remap(move);
  move.barrier.Wait();
  first.Join();
  second.Join();
}

}  // namespace

void MovedMemory(Plan& plan, std::size_t) {
  constexpr std::array kPages = {std::size_t{1}, std::size_t{2}, std::size_t{5}, std::size_t{70}};
  constexpr std::array kMovers = {Mover::kFirst, Mover::kSecond, Mover::kThird};
  std::size_t left = plan.trials();
  for (std::size_t round = 0; left > 0; ++round) {
    const std::size_t pages = kPages[round % kPages.size()];
    const std::size_t bytes = pages * kPage;
    Move move{.from = plan.FreshMemory(bytes),
              .to = plan.FreshMemory(bytes),
              .bytes = bytes,
              .trials = std::min({left, pages * kSlotsInPage, std::size_t{500}}),
              .mover = kMovers[round % kMovers.size()]};
    RunMove(plan, move);
    left -= move.trials;
  }
}

}  // namespace hbsan::trials
