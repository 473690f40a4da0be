// The rules of [atomics.fences], one test each. As in atomics_rules_test.cc, `writer` writes the
// data first, and the name says whether `reader` may access it in the end.
#include "runtime/hooks/testing/atomics_fixture.h"

namespace hbsan::testing {
namespace {

using Fences = AtomicsFixture;

TEST_F(Fences, ReleaseFenceAndStoreOrderAcquireLoad) {
  Write(writer);
  Fence(writer, Order::release);
  Store(writer, kX, Order::relaxed);
  Load(reader, kX, Order::acquire);
  EXPECT_FALSE(Races(reader));
}

TEST_F(Fences, ReleaseStoreOrdersLoadAndAcquireFence) {
  Write(writer);
  Store(writer, kX, Order::release);
  Load(reader, kX, Order::relaxed);
  Fence(reader, Order::acquire);
  EXPECT_FALSE(Races(reader));
}

TEST_F(Fences, ReleaseFenceOrdersAcquireFence) {
  Write(writer);
  Fence(writer, Order::release);
  Store(writer, kX, Order::relaxed);
  Load(reader, kX, Order::relaxed);
  Fence(reader, Order::acquire);
  EXPECT_FALSE(Races(reader));
}

TEST_F(Fences, SequentiallyConsistentFencesAreBoth) {
  Write(writer);
  Fence(writer, Order::seq_cst);
  Store(writer, kX, Order::relaxed);
  Load(reader, kX, Order::relaxed);
  Fence(reader, Order::seq_cst);
  EXPECT_FALSE(Races(reader));
}

TEST_F(Fences, ReleaseFenceAfterTheStoreOrdersNothing) {
  Write(writer);
  Store(writer, kX, Order::relaxed);
  Fence(writer, Order::release);
  Load(reader, kX, Order::acquire);
  EXPECT_TRUE(Races(reader));
}

TEST_F(Fences, AcquireFenceBeforeTheLoadOrdersNothing) {
  Write(writer);
  Store(writer, kX, Order::release);
  Fence(reader, Order::acquire);
  Load(reader, kX, Order::relaxed);
  EXPECT_TRUE(Races(reader));
}

TEST_F(Fences, AcquireFenceIsNoReleaseFence) {
  Write(writer);
  Fence(writer, Order::acquire);
  Store(writer, kX, Order::relaxed);
  Load(reader, kX, Order::acquire);
  EXPECT_TRUE(Races(reader));
}

TEST_F(Fences, ReleaseFenceIsNoAcquireFence) {
  Write(writer);
  Store(writer, kX, Order::release);
  Load(reader, kX, Order::relaxed);
  Fence(reader, Order::release);
  EXPECT_TRUE(Races(reader));
}

TEST_F(Fences, FencesWithoutAnAtomicBetweenThemOrderNothing) {
  Write(writer);
  Fence(writer, Order::seq_cst);
  Fence(reader, Order::seq_cst);
  EXPECT_TRUE(Races(reader));
}

TEST_F(Fences, AccessBetweenFenceAndStoreIsNotOrdered) {
  Fence(writer, Order::release);
  Write(writer);
  Store(writer, kX, Order::relaxed);
  Load(reader, kX, Order::acquire);
  EXPECT_TRUE(Races(reader));
}

TEST_F(Fences, ReleaseFencePublishesThroughEveryLaterStore) {
  Write(writer);
  Fence(writer, Order::release);
  Store(writer, kX, Order::relaxed);
  Store(writer, kY, Order::relaxed);
  Load(reader, kY, Order::acquire);
  EXPECT_FALSE(Races(reader));
}

TEST_F(Fences, AcquireFenceCollectsFromAllEarlierLoads) {
  Write(writer);
  Write(third, kOther);
  Store(writer, kX, Order::release);
  Store(third, kY, Order::release);
  Load(reader, kX, Order::relaxed);
  Load(reader, kY, Order::relaxed);
  Fence(reader, Order::acquire);
  EXPECT_FALSE(Races(reader));
  EXPECT_FALSE(Races(reader, kOther));
}

TEST_F(Fences, ReleaseFencePublishesThroughARelaxedUpdate) {
  Write(writer);
  Write(third, kOther);
  Store(writer, kX, Order::release);
  Fence(third, Order::release);
  Update(third, kX, Order::relaxed);
  Load(reader, kX, Order::acquire);
  EXPECT_FALSE(Races(reader));
  EXPECT_FALSE(Races(reader, kOther));
}

TEST_F(Fences, ReleaseFenceReachesOverARelaxedUpdateByAnother) {
  Write(writer);
  Fence(writer, Order::release);
  Store(writer, kX, Order::relaxed);
  Update(third, kX, Order::relaxed);
  Load(reader, kX, Order::relaxed);
  Fence(reader, Order::acquire);
  EXPECT_FALSE(Races(reader));
}

TEST_F(Fences, FailedRelaxedExchangeCountsForAnAcquireFence) {
  Write(writer);
  Store(writer, kX, Order::release);
  FailedExchange(reader, kX, Order::acq_rel, Order::relaxed);
  Fence(reader, Order::acquire);
  EXPECT_FALSE(Races(reader));
}

TEST_F(Fences, ReferenceCountWithAcquireFenceOrdersTheLastOne) {
  Write(writer);
  Update(writer, kX, Order::release);
  Write(third, kOther);
  Update(third, kX, Order::release);
  Update(reader, kX, Order::release);
  Fence(reader, Order::acquire);
  EXPECT_FALSE(Races(reader));
  EXPECT_FALSE(Races(reader, kOther));
}

}  // namespace
}  // namespace hbsan::testing
