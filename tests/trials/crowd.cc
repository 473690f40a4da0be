// A crowd of threads accesses a location, and then one more thread does. All of the crowd but one
// are ordered before that one by an edge; which one is not changes from round to round.
//
// In even rounds the crowd accesses at once, in odd rounds one after the other, each ordered after
// those before it.
#include <algorithm>
#include <atomic>

#include "tests/trials/access.h"
#include "tests/trials/hidden.h"
#include "tests/trials/plan.h"
#include "tests/trials/threads.h"

namespace hbsan::trials {
namespace {

constexpr std::size_t kBatch = 50;

struct Crowd {
  std::size_t size;
  bool bytes;  // each writes its own byte of the slot, instead of reading the same 8
  std::size_t rounds;
  std::size_t batch;
  char* memory;
  HiddenBarrier barrier;
  HiddenCounter turn;
  std::atomic<std::uint64_t> gate{0};  // the edges

  std::size_t odd_one(std::size_t round) const { return round % size; }
  char* slot(std::size_t round, std::size_t i) const {
    return memory + (round * batch + i) * kSlotBytes;
  }
  AccessFunction access() const { return bytes ? Write1 : ReadAligned8; }
  // What completes the race on slot i: a whole word, or just the odd one's byte.
  AccessFunction last_access(std::size_t i) const {
    if (!bytes) return WriteAligned8;
    constexpr AccessFunction kLast[] = {Write1, WriteAligned8, Read1, ReadAligned8};
    return kLast[i % 4];
  }
  std::size_t last_offset(std::size_t round, std::size_t i) const {
    return bytes && i % 2 == 0 ? odd_one(round) : 0;
  }
};

}  // namespace

HBSAN_TRIAL_FUNCTION void CrowdMember(void* argument) {
  auto& [team, number] = *static_cast<Member<Crowd>*>(argument);
  Crowd& crowd = *team;
  for (std::size_t round = 0; round < crowd.rounds; ++round) {
    const bool odd_one = crowd.odd_one(round) == number;
    const bool in_turn = round % 2 != 0;
    crowd.barrier.Wait();
    if (in_turn) {
      crowd.turn.WaitFor(static_cast<std::uint32_t>(number));
      crowd.gate.load(std::memory_order_acquire);
    }
    for (std::size_t i = 0; i < crowd.batch; ++i) {
      char* p = crowd.slot(round, i) + (crowd.bytes ? number : 0);
      if (odd_one) {
        AsFirst(crowd.access(), p);
      } else {
        AsBystander(crowd.access(), p);
      }
    }
    if (!odd_one) crowd.gate.fetch_add(1, std::memory_order_release);
    if (in_turn) crowd.turn.Advance();
    crowd.barrier.Wait();
  }
}

HBSAN_TRIAL_FUNCTION void LastOfCrowd(void* argument) {
  Crowd& crowd = *static_cast<Crowd*>(argument);
  for (std::size_t round = 0; round < crowd.rounds; ++round) {
    crowd.turn.Reset();
    crowd.barrier.Wait();
    crowd.barrier.Wait();
    crowd.gate.load(std::memory_order_acquire);
    for (std::size_t i = 0; i < crowd.batch; ++i) {
      AsSecond(crowd.last_access(i), crowd.slot(round, i) + crowd.last_offset(round, i));
    }
  }
}

namespace {

void Run(Plan& plan, std::size_t size, bool bytes) {
  // Each of the crowd is the odd one at least once, if there are trials enough.
  const std::size_t batch = std::clamp(plan.trials() / size, std::size_t{1}, kBatch);
  const std::size_t rounds = (plan.trials() + batch - 1) / batch;
  Crowd crowd{.size = size,
              .bytes = bytes,
              .rounds = rounds,
              .batch = batch,
              .memory = plan.FreshMemory(rounds * batch * kSlotBytes),
              .barrier = HiddenBarrier(static_cast<std::uint32_t>(size + 1)),
              .turn = {}};
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < batch; ++i) {
      plan.Expect(crowd.slot(round, i), kSlotBytes, FirstStack(crowd.access(), CrowdMember),
                  SecondStack(crowd.last_access(i), LastOfCrowd));
    }
  }
  Thread last;
  last.Start(LastOfCrowd, &crowd);
  RunMembers(crowd, size, CrowdMember);
  last.Join();
}

}  // namespace

void ManyReaders(Plan& plan, std::size_t readers) { Run(plan, readers, false); }

void ByteWriters(Plan& plan, std::size_t writers) { Run(plan, writers, true); }

}  // namespace hbsan::trials
