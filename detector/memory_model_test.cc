// The rows of the memory model, a trace each: one in which only that edge orders two accesses of x,
// and its twin without the edge. Test names are verdicts. Every trace runs on the engine and on the
// oracle, which must agree; so these tests hold the oracle to the contract too.
#include <gtest/gtest.h>

#include "detector/testing/trace_runner.h"

namespace hbsan::testing {
namespace {

constexpr Addr kX = kPageEnd;          // the data
constexpr Addr kFlag = kPageEnd + 64;  // an atomic variable
constexpr Addr kMutex = kPageEnd + 128;
constexpr Addr kChannel = kPageEnd + 256;
constexpr std::uintptr_t kPc = 0x1000;

Op Read(int t, Addr addr = kX, std::size_t size = 4) {
  return {.kind = OpKind::kAccess, .thread = t, .addr = addr, .size = size, .pc = kPc};
}
Op Write(int t, Addr addr = kX, std::size_t size = 4) {
  Op op = Read(t, addr, size);
  op.access = AccessKind::kWrite;
  return op;
}
Op Start(int t, int child) { return {.kind = OpKind::kStart, .thread = t, .other = child}; }
Op Finish(int t) { return {.kind = OpKind::kFinish, .thread = t}; }
Op Detach(int t) { return {.kind = OpKind::kDetach, .thread = t}; }
Op Join(int t) { return {.kind = OpKind::kJoin, .thread = t}; }
Op Do(OpKind kind, int t, int object = 0) { return {.kind = kind, .thread = t, .object = object}; }
Op OnMutex(OpKind kind, int t) { return {.kind = kind, .thread = t, .addr = kMutex, .pc = kPc}; }
Op OnChannel(OpKind kind, int t, int channel = 0) {
  return {.kind = kind, .thread = t, .object = channel, .addr = kChannel, .size = 1, .pc = kPc};
}
Op Meet(int t, int other) { return {.kind = OpKind::kRendezvous, .thread = t, .other = other}; }
Op Fence(int t, Order order) { return {.kind = OpKind::kFence, .thread = t, .order = order}; }
Op Atomic(OpKind kind, int t, Order order, Addr addr = kFlag) {
  return {.kind = kind, .thread = t, .addr = addr, .size = 4, .order = order, .pc = kPc};
}
Op Load(int t, Order order) { return Atomic(OpKind::kLoad, t, order); }
Op Store(int t, Order order) { return Atomic(OpKind::kStore, t, order); }
Op Update(int t, Order order) { return Atomic(OpKind::kUpdate, t, order); }

// Runs the trace with threads 1 to 4 started at once. The number of races found.
int Races(const Trace& trace) {
  TraceRunner runner;
  for (int child = 1; child <= 4; ++child) EXPECT_FALSE(runner.Run(Start(0, child)));
  for (const Op& op : trace) {
    const auto wrong = runner.Run(op);
    EXPECT_FALSE(wrong) << *wrong;
  }
  return runner.races();
}

#define EXPECT_RACE(...) EXPECT_EQ(Races({__VA_ARGS__}), 1)
#define EXPECT_NO_RACE(...) EXPECT_EQ(Races({__VA_ARGS__}), 0)

constexpr OpKind kAcquire = OpKind::kAcquire, kRelease = OpKind::kRelease;
constexpr OpKind kReleaseStore = OpKind::kReleaseStore, kReleaseAcquire = OpKind::kReleaseAcquire;
constexpr OpKind kLock = OpKind::kLock, kUnlock = OpKind::kUnlock;
constexpr OpKind kReadLock = OpKind::kReadLock, kReadUnlock = OpKind::kReadUnlock;
constexpr OpKind kSend = OpKind::kSend, kReceive = OpKind::kReceive, kClose = OpKind::kClose;

TEST(MemoryModel, RaceWithoutAnyEdge) {
  EXPECT_RACE(Write(1), Write(2));
  EXPECT_RACE(Write(1), Read(2));
  EXPECT_RACE(Read(1), Write(2));
}
TEST(MemoryModel, NoRaceOfTwoReads) { EXPECT_NO_RACE(Read(1), Read(2), Read(3)); }
TEST(MemoryModel, NoRaceInProgramOrder) { EXPECT_NO_RACE(Write(1), Read(1), Write(1)); }

TEST(MemoryModel, NoRaceWithWhatWasBeforeTheStart) {
  EXPECT_NO_RACE(Write(1), Start(1, 5), Write(5));
}
TEST(MemoryModel, RaceWithWhatTheParentDoesAfterTheStart) {
  EXPECT_RACE(Start(1, 5), Write(1), Write(5));
}
TEST(MemoryModel, NoRaceAfterJoin) { EXPECT_NO_RACE(Write(1), Finish(1), Join(2), Write(2)); }
TEST(MemoryModel, RaceWithAFinishedThreadNobodyJoined) {
  EXPECT_RACE(Write(1), Finish(1), Write(2));
  EXPECT_RACE(Write(1), Detach(1), Start(2, 1), Write(1));
}

TEST(MemoryModel, NoRaceReleaseToAcquire) {
  EXPECT_NO_RACE(Write(1), Do(kRelease, 1), Do(kAcquire, 2), Write(2));
  EXPECT_NO_RACE(Write(1), Do(kReleaseStore, 1), Do(kAcquire, 2), Write(2));
}
TEST(MemoryModel, RaceAfterTheRelease) {
  EXPECT_RACE(Do(kRelease, 1), Write(1), Do(kAcquire, 2), Write(2));
}
TEST(MemoryModel, RaceWhenTheAcquireComesFirst) {
  EXPECT_RACE(Write(1), Do(kAcquire, 2), Do(kRelease, 1), Write(2));
}
TEST(MemoryModel, NoRaceReleasesAccumulate) {
  EXPECT_NO_RACE(Write(1), Do(kRelease, 1), Do(kRelease, 2), Do(kAcquire, 3), Write(3));
}
TEST(MemoryModel, RaceReleaseStoreReplaces) {
  EXPECT_RACE(Write(1), Do(kRelease, 1), Do(kReleaseStore, 2), Do(kAcquire, 3), Write(3));
}
TEST(MemoryModel, RaceOnAnotherObject) {
  EXPECT_RACE(Write(1), Do(kRelease, 1, 0), Do(kAcquire, 2, 1), Write(2));
}
TEST(MemoryModel, RaceExchangePassesOnOnlyTheLastClock) {
  EXPECT_RACE(Write(1), Do(kReleaseAcquire, 1), Do(kReleaseAcquire, 2), Do(kReleaseAcquire, 3),
              Write(3));
}
TEST(MemoryModel, NoRaceExchange) {
  EXPECT_NO_RACE(Write(1), Do(kReleaseAcquire, 1), Do(kReleaseAcquire, 2), Write(2));
}

TEST(MemoryModel, NoRaceUnderAMutex) {
  EXPECT_NO_RACE(OnMutex(kLock, 1), Write(1), OnMutex(kUnlock, 1), OnMutex(kLock, 2), Write(2));
}
TEST(MemoryModel, NoRaceReadUnlockToLock) {
  EXPECT_NO_RACE(OnMutex(kReadLock, 1), Read(1), OnMutex(kReadUnlock, 1), OnMutex(kLock, 2),
                 Write(2));
}
TEST(MemoryModel, RaceReadersDoNotOrderEachOther) {
  EXPECT_RACE(OnMutex(kReadLock, 1), Write(1), OnMutex(kReadUnlock, 1), OnMutex(kReadLock, 2),
              Write(2));
}
TEST(MemoryModel, RaceAfterUnlockOfAMutexLockedAgain) {
  EXPECT_RACE(OnMutex(kLock, 1), Write(1), OnMutex(kUnlock, 1), OnMutex(kLock, 1),
              OnMutex(kUnlock, 1), Write(1), OnMutex(kLock, 2), Read(2));
}
TEST(MemoryModel, RaceInAMutexLockedAgain) {
  const Trace again{OnMutex(kLock, 1), Write(1), OnMutex(kUnlock, 1), OnMutex(kLock, 1), Write(1)};
  Trace never = again, between = again, elsewhere = again;
  never.push_back(Read(2));
  EXPECT_EQ(Races(never), 1);
  between.insert(between.begin() + 3, {OnMutex(kLock, 2), OnMutex(kUnlock, 2)});
  between.push_back(Read(2));
  EXPECT_EQ(Races(between), 1);
  elsewhere.insert(elsewhere.begin() + 3, {Do(kRelease, 1), Do(kAcquire, 2)});
  elsewhere.push_back(Read(2));
  EXPECT_EQ(Races(elsewhere), 1);
  between.insert(between.begin() + 5, OnMutex(OpKind::kDestroy, 2));
  EXPECT_EQ(Races(between), 1);
}
TEST(MemoryModel, RaceInAMutexReadLockedAgain) {
  EXPECT_RACE(OnMutex(kLock, 1), Write(1), OnMutex(kUnlock, 1), OnMutex(kReadLock, 2),
              OnMutex(kReadLock, 1), Write(1), Read(2));
}
TEST(MemoryModel, RaceInAMutexReadLockedAgainThatIsAnotherOneNow) {
  EXPECT_RACE(OnMutex(kReadLock, 1), Read(1), OnMutex(kReadUnlock, 1), OnMutex(kLock, 2),
              OnMutex(kUnlock, 2), OnMutex(OpKind::kDestroy, 2), OnMutex(kReadLock, 1), Read(1),
              Write(2));
}
TEST(MemoryModel, NoRaceInAMutexLockedAgain) {
  EXPECT_NO_RACE(OnMutex(kLock, 1), Write(1), OnMutex(kUnlock, 1), Write(1, kFlag),
                 OnMutex(kLock, 1), Write(1), OnMutex(kUnlock, 1), OnMutex(kLock, 2), Write(2),
                 Write(2, kFlag));
}

// Channel 0 has a buffer of one, channel 1 of two.
TEST(MemoryModel, NoRaceSendToReceive) {
  EXPECT_NO_RACE(Write(1), OnChannel(kSend, 1), OnChannel(kReceive, 2), Write(2));
}
TEST(MemoryModel, NoRaceReceiveToTheSendThatNeedsItsSlot) {
  EXPECT_NO_RACE(OnChannel(kSend, 1), Write(2), OnChannel(kReceive, 2), OnChannel(kSend, 1),
                 Write(1));
}
TEST(MemoryModel, RaceReceiveToASendIntoAnotherSlot) {
  EXPECT_RACE(OnChannel(kSend, 1, 1), Write(2), OnChannel(kReceive, 2, 1), OnChannel(kSend, 1, 1),
              Write(1));
}
TEST(MemoryModel, RaceWithAnUnrelatedEarlierSender) {
  EXPECT_RACE(Write(1), OnChannel(kSend, 1), OnChannel(kReceive, 2), OnChannel(kSend, 3),
              OnChannel(kReceive, 4), Write(4));
}
TEST(MemoryModel, NoRaceCloseToTheReceiveThatSeesIt) {
  EXPECT_NO_RACE(Write(1), OnChannel(kClose, 1), OnChannel(kReceive, 2), Write(2));
}
TEST(MemoryModel, RaceDrainingReceiveIsNotOrderedByTheClose) {
  EXPECT_RACE(OnChannel(kSend, 1), Write(1), OnChannel(kClose, 1), OnChannel(kReceive, 2),
              Write(2));
}
TEST(MemoryModel, RaceOfSendAndClose) { EXPECT_RACE(OnChannel(kSend, 1), OnChannel(kClose, 2)); }
TEST(MemoryModel, NoRaceOfTwoSends) {
  EXPECT_NO_RACE(OnChannel(kSend, 1, 1), OnChannel(kSend, 2, 1));
}
TEST(MemoryModel, NoRaceRendezvousBothWays) {
  EXPECT_NO_RACE(Write(1), Meet(1, 2), Write(2));
  EXPECT_NO_RACE(Write(2), Meet(1, 2), Write(1));
}
TEST(MemoryModel, RaceAfterTheRendezvous) { EXPECT_RACE(Meet(1, 2), Write(1), Write(2)); }

TEST(MemoryModel, NoRaceOfAtomics) {
  EXPECT_NO_RACE(Store(1, Order::kRelaxed), Update(2, Order::kRelaxed), Load(3, Order::kRelaxed));
}
TEST(MemoryModel, RaceOfAnAtomicAndAPlainAccess) {
  EXPECT_RACE(Store(1, Order::kRelease), Read(2, kFlag));
  EXPECT_RACE(Write(1, kFlag), Load(2, Order::kAcquire));
  EXPECT_NO_RACE(Load(1, Order::kRelaxed), Read(2, kFlag));
}
TEST(MemoryModel, NoRaceReleaseStoreToAcquireLoad) {
  EXPECT_NO_RACE(Write(1), Store(1, Order::kRelease), Load(2, Order::kAcquire), Write(2));
}
TEST(MemoryModel, RaceRelaxed) {
  EXPECT_RACE(Write(1), Store(1, Order::kRelaxed), Load(2, Order::kAcquire), Write(2));
  EXPECT_RACE(Write(1), Store(1, Order::kRelease), Load(2, Order::kRelaxed), Write(2));
}
TEST(MemoryModel, NoRaceUpdateContinuesReleaseSequence) {
  EXPECT_NO_RACE(Write(1), Store(1, Order::kRelease), Update(2, Order::kRelaxed),
                 Load(3, Order::kAcquire), Write(3));
}
TEST(MemoryModel, RaceRelaxedStoreEndsReleaseSequence) {
  EXPECT_RACE(Write(1), Store(1, Order::kRelease), Store(2, Order::kRelaxed),
              Load(3, Order::kAcquire), Write(3));
  EXPECT_RACE(Write(1), Store(1, Order::kRelease), Store(1, Order::kRelaxed),
              Load(3, Order::kAcquire), Write(3));
}
TEST(MemoryModel, NoRaceReferenceCount) {
  EXPECT_NO_RACE(Write(1), Update(1, Order::kRelease), Update(2, Order::kRelease),
                 Fence(2, Order::kAcquire), Write(2));
}

TEST(MemoryModel, NoRaceReleaseFenceToAcquireLoad) {
  EXPECT_NO_RACE(Write(1), Fence(1, Order::kRelease), Store(1, Order::kRelaxed),
                 Load(2, Order::kAcquire), Write(2));
  EXPECT_NO_RACE(Write(1), Fence(1, Order::kRelease), Update(1, Order::kRelaxed),
                 Load(2, Order::kAcquire), Write(2));
}
TEST(MemoryModel, NoRaceReleaseStoreToAcquireFence) {
  EXPECT_NO_RACE(Write(1), Store(1, Order::kRelease), Load(2, Order::kRelaxed),
                 Fence(2, Order::kAcquire), Write(2));
}
TEST(MemoryModel, NoRaceFenceToFence) {
  EXPECT_NO_RACE(Write(1), Fence(1, Order::kAcqRel), Store(1, Order::kRelaxed),
                 Load(2, Order::kRelaxed), Fence(2, Order::kAcqRel), Write(2));
}
TEST(MemoryModel, RaceFencesInTheWrongPlace) {
  EXPECT_RACE(Write(1), Store(1, Order::kRelaxed), Fence(1, Order::kRelease),
              Load(2, Order::kAcquire), Write(2));
  EXPECT_RACE(Fence(1, Order::kRelease), Write(1), Store(1, Order::kRelaxed),
              Load(2, Order::kAcquire), Write(2));
  EXPECT_RACE(Write(1), Store(1, Order::kRelease), Fence(2, Order::kAcquire),
              Load(2, Order::kRelaxed), Write(2));
  EXPECT_RACE(Write(1), Fence(1, Order::kAcquire), Store(1, Order::kRelaxed),
              Load(2, Order::kRelaxed), Fence(2, Order::kRelease), Write(2));
}

TEST(MemoryModel, NoRaceOfNeighbouringBytes) {
  EXPECT_NO_RACE(Write(1, kX, 1), Write(2, kX + 1, 1), Write(3, kX + 2, 2), Write(4, kX + 4, 4));
}
TEST(MemoryModel, RaceOfOneCommonByte) {
  EXPECT_RACE(Write(1, kX + 3, 8), Write(2, kX + 10, 1));
  EXPECT_RACE(Write(1, kX - 3, 4), Write(2, kX, 8));  // across a page's end
  EXPECT_NO_RACE(Write(1, kX + 3, 8), Write(2, kX + 11, 1));
}
TEST(MemoryModel, HalvesOfACellAreTwoPlaces) {
  EXPECT_NO_RACE(Write(1), Write(2, kX + 4), Read(1), Write(2, kX + 4), Write(1));
  EXPECT_NO_RACE(Read(1, kX, 8), Read(2), Read(2, kX + 4), Read(3, kX + 4), Read(3, kX, 8));
  EXPECT_RACE(Read(1), Read(2, kX + 4), Read(1, kX + 4), Write(2, kX + 4));
  EXPECT_RACE(Write(1), Write(2, kX + 4), Do(kRelease, 1), Do(kAcquire, 3), Write(3, kX, 8));
}
TEST(MemoryModel, RacesOfBytesOfAnAtomic) {
  Op whole = Atomic(OpKind::kStore, 1, Order::kRelaxed, kX);
  whole.size = 8;
  const Op half = Atomic(OpKind::kStore, 2, Order::kRelaxed, kX + 4);
  EXPECT_EQ(Races({whole, half, Write(2, kX + 6, 2), Write(2, kX + 4, 1)}), 2);
}
TEST(MemoryModel, NoRaceInFreshMemory) {
  EXPECT_NO_RACE(Write(1), {.kind = OpKind::kReset, .addr = kX, .size = 4}, Write(2));
}
TEST(MemoryModel, RaceBesideFreshMemory) {
  EXPECT_RACE(Write(1), {.kind = OpKind::kReset, .addr = kX, .size = 3}, Write(2));
}
TEST(MemoryModel, RaceWhereMemoryMovedTo) {
  const Op move{.kind = OpKind::kMove, .addr = kX, .to = kMemory, .size = 8};
  EXPECT_RACE(Write(1), move, Write(2, kMemory));
  EXPECT_NO_RACE(Write(1), move, Write(2));
  EXPECT_NO_RACE(Write(1, kMemory), move, Write(2, kMemory));
}
TEST(MemoryModel, RaceOfAccessAndFree) {
  Op free = Write(2, kX, 16);
  free.flavor = AccessFlavor::kFree;
  EXPECT_RACE(Read(1), free);
  EXPECT_RACE(free, Read(1));
  EXPECT_NO_RACE(Read(1), Do(kRelease, 1), Do(kAcquire, 2), free);
}

}  // namespace
}  // namespace hbsan::testing
