// Accesses that lie far back: in the history of their thread, or of the one that they race with.
#include <algorithm>
#include <array>
#include <atomic>
#include <vector>

#include "tests/trials/access.h"
#include "tests/trials/hidden.h"
#include "tests/trials/plan.h"
#include "tests/trials/threads.h"

namespace hbsan::trials {
namespace {

constexpr std::size_t kMaxDepth = 40;

struct History {
  char* memory;
  std::size_t batch;  // trials
  std::size_t length;
  // Who spends the time between the two accesses: whose bit is set.
  unsigned busy;
  HiddenBarrier barrier{2};

  static constexpr unsigned kFirst = 1;
  static constexpr unsigned kSecond = 2;
  char* slot(std::size_t i) const { return memory + i * kSlotBytes; }
  static std::size_t depth(std::size_t i) { return 1 + i % kMaxDepth; }
};

// A balanced tree of calls with an access in each.
HBSAN_TRIAL_FUNCTION std::size_t CallTree(unsigned depth, std::vector<std::size_t>& work) {
  std::size_t calls = ++work.front();
  ++work[calls % work.size()];
  calls = 1;
  if (depth > 0) calls += CallTree(depth - 1, work) + CallTree(depth - 1, work);
  return calls;
}

HBSAN_TRIAL_FUNCTION void MakeCalls(std::size_t count) {
  std::vector<std::size_t> work(4096);
  std::size_t done = 0;
  while (done < count) done += CallTree(count < 10'000 ? 3 : 10, work);
}

// Each in an epoch of its own.
HBSAN_TRIAL_FUNCTION void MakeReleases(std::size_t count) {
  std::size_t accesses = 0;
  volatile std::size_t* work = &accesses;
  std::atomic<std::size_t> word{0};
  for (std::size_t i = 0; i < count; ++i) {
    *work = i;
    word.store(i, std::memory_order_release);
  }
}

using SpendFunction = void (*)(std::size_t);

[[gnu::always_inline]] inline void First(History& history, SpendFunction spend) {
  for (std::size_t i = 0; i < history.batch; ++i) {
    AsFirstNested(History::depth(i), i % 2 == 0 ? WriteAligned8 : ReadAligned8, history.slot(i));
  }
  if ((history.busy & History::kFirst) != 0) spend(history.length);
  history.barrier.Wait();
  history.barrier.Wait();  // alive during the race
}

[[gnu::always_inline]] inline void Second(History& history, SpendFunction spend) {
  history.barrier.Wait();
  if ((history.busy & History::kSecond) != 0) spend(history.length);
  for (std::size_t i = 0; i < history.batch; ++i) AsSecond(WriteAligned8, history.slot(i));
  history.barrier.Wait();
}

}  // namespace

HBSAN_TRIAL_FUNCTION void CallsThenFirst(void* history) {
  First(*static_cast<History*>(history), MakeCalls);
}
HBSAN_TRIAL_FUNCTION void CallsThenSecond(void* history) {
  Second(*static_cast<History*>(history), MakeCalls);
}
HBSAN_TRIAL_FUNCTION void ReleasesThenFirst(void* history) {
  First(*static_cast<History*>(history), MakeReleases);
}
HBSAN_TRIAL_FUNCTION void ReleasesThenSecond(void* history) {
  Second(*static_cast<History*>(history), MakeReleases);
}

namespace {

void Run(Plan& plan, std::size_t histories, std::size_t length, Thread::Body first_body,
         Thread::Body second_body, SpendFunction spend) {
  histories = std::clamp(plan.trials() / 50, std::size_t{1}, histories);
  const std::size_t batch = (plan.trials() + histories - 1) / histories;
  constexpr std::array kBusy = {History::kFirst, History::kSecond,
                                History::kFirst | History::kSecond, 0u};
  for (std::size_t h = 0; h < histories; ++h) {
    History history{.memory = plan.FreshMemory(batch * kSlotBytes),
                    .batch = batch,
                    .length = length,
                    .busy = kBusy[h % kBusy.size()]};
    for (std::size_t i = 0; i < batch; ++i) {
      plan.Expect(
          history.slot(i), kSlotBytes,
          FirstStack(i % 2 == 0 ? WriteAligned8 : ReadAligned8, first_body, History::depth(i)),
          SecondStack(WriteAligned8, second_body));
    }
    Thread first, second;
    first.Start(first_body, &history);
    second.Start(second_body, &history);
    if (history.busy == 0) spend(length);  // a third thread's time
    first.Join();
    second.Join();
  }
}

}  // namespace

void CallsSince(Plan& plan, std::size_t calls) {
  Run(plan, 100, calls, CallsThenFirst, CallsThenSecond, MakeCalls);
}

void ReleasesSince(Plan& plan, std::size_t releases) {
  Run(plan, 4, releases, ReleasesThenFirst, ReleasesThenSecond, MakeReleases);
}

}  // namespace hbsan::trials
