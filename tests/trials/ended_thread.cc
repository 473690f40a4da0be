// The thread of the first access has ended, and others have started and ended since. The last one
// started makes the second access: if ids of threads were reused on hope, it would have the first
// one's.
#include <algorithm>
#include <new>

#include "tests/trials/access.h"
#include "tests/trials/hidden.h"
#include "tests/trials/plan.h"
#include "tests/trials/threads.h"

namespace hbsan::trials {
namespace {

constexpr std::size_t kStackBytes = std::size_t{256} << 10;
constexpr std::size_t kThreadsInAll = 100'000;

struct Lives {
  char* memory;
  std::size_t batch;
  char* elsewhere;
  HiddenEnd end;

  char* slot(std::size_t i) const { return memory + i * kSlotBytes; }
  static AccessFunction first_access(std::size_t i) {
    return i % 2 == 0 ? WriteAligned8 : ReadAligned8;
  }
};

}  // namespace

HBSAN_TRIAL_FUNCTION void EndedThread(void* argument) {
  Lives& lives = *static_cast<Lives*>(argument);
  for (std::size_t i = 0; i < lives.batch; ++i) AsFirst(Lives::first_access(i), lives.slot(i));
  lives.end.Announce();
}

HBSAN_TRIAL_FUNCTION void ShortLife(void* argument) {
  AsBystander(Write4, static_cast<Lives*>(argument)->elsewhere);
}

HBSAN_TRIAL_FUNCTION void LastThread(void* argument) {
  Lives& lives = *static_cast<Lives*>(argument);
  for (std::size_t i = 0; i < lives.batch; ++i) AsSecond(WriteAligned8, lives.slot(i));
}

void ThreadsSince(Plan& plan, std::size_t threads) {
  const std::size_t histories = std::clamp(plan.trials() / 100, std::size_t{1},
                                           std::max(std::size_t{1}, kThreadsInAll / (threads + 1)));
  const std::size_t batch = (plan.trials() + histories - 1) / histories;
  for (std::size_t h = 0; h < histories; ++h) {
    // A detached thread's end orders nothing, so nothing that it touched is used again.
    auto& lives =
        *new (plan.FreshMemory(sizeof(Lives))) Lives{.memory = plan.FreshMemory(batch * kSlotBytes),
                                                     .batch = batch,
                                                     .elsewhere = plan.FreshMemory(kSlotBytes),
                                                     .end = {}};
    auto& ended = *new (plan.FreshMemory(sizeof(Thread))) Thread;
    for (std::size_t i = 0; i < batch; ++i) {
      plan.Expect(lives.slot(i), kSlotBytes, FirstStack(Lives::first_access(i), EndedThread),
                  SecondStack(WriteAligned8, LastThread));
    }
    const bool detached = h % 2 != 0;
    ended.Start(EndedThread, &lives, kStackBytes);
    if (detached) ended.Detach();
    lives.end.Wait();
    for (std::size_t i = 0; i < threads; ++i) {
      Thread thread;
      thread.Start(ShortLife, &lives, kStackBytes);
      thread.Join();
    }
    Thread last;
    last.Start(LastThread, &lives, kStackBytes);
    last.Join();
    if (!detached) ended.Join();
  }
}

}  // namespace hbsan::trials
