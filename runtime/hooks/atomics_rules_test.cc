// The rules of [atomics.order] and [intro.races] (release sequences), one test each.
//
// In each test `writer` writes the data first. The name says whether `reader` may access it in the
// end (Orders...) or races (OrdersNothing...).
#include "runtime/hooks/testing/atomics_fixture.h"

namespace hbsan::testing {
namespace {

using AtomicsRules = AtomicsFixture;

// --- Stores and loads

TEST_F(AtomicsRules, ReleaseStoreOrdersAcquireLoad) {
  Write(writer);
  Store(writer, kX, Order::release);
  Load(reader, kX, Order::acquire);
  EXPECT_FALSE(Races(reader));
}

TEST_F(AtomicsRules, SequentiallyConsistentIsReleaseAndAcquire) {
  Write(writer);
  Store(writer, kX, Order::seq_cst);
  Load(reader, kX, Order::seq_cst);
  EXPECT_FALSE(Races(reader));
}

TEST_F(AtomicsRules, RelaxedStoreOrdersNothing) {
  Write(writer);
  Store(writer, kX, Order::relaxed);
  Load(reader, kX, Order::acquire);
  EXPECT_TRUE(Races(reader));
}

TEST_F(AtomicsRules, RelaxedLoadOrdersNothing) {
  Write(writer);
  Store(writer, kX, Order::release);
  Load(reader, kX, Order::relaxed);
  EXPECT_TRUE(Races(reader));
}

TEST_F(AtomicsRules, LoadBeforeTheStoreOrdersNothing) {
  Write(writer);
  Load(reader, kX, Order::acquire);
  Store(writer, kX, Order::release);
  EXPECT_TRUE(Races(reader));
}

TEST_F(AtomicsRules, AccessAfterTheStoreIsNotOrdered) {
  Store(writer, kX, Order::release);
  Write(writer);
  Load(reader, kX, Order::acquire);
  EXPECT_TRUE(Races(reader));
}

TEST_F(AtomicsRules, StoreReplacesWhatOthersReleased) {
  Write(writer);
  Store(writer, kX, Order::release);
  Store(third, kX, Order::release);  // reads nothing: not ordered after writer
  Load(reader, kX, Order::acquire);
  EXPECT_TRUE(Races(reader));
}

TEST_F(AtomicsRules, OrdersThroughAChain) {
  Write(writer);
  Store(writer, kX, Order::release);
  Load(third, kX, Order::acquire);
  Store(third, kY, Order::release);
  Load(reader, kY, Order::acquire);
  EXPECT_FALSE(Races(reader));
}

TEST_F(AtomicsRules, NeighboursInOneWordAreSeparate) {
  Write(writer);
  Write(third, kOther);
  Store(writer, kX, Order::release);
  Store(third, kY, Order::release);
  Load(reader, kX, Order::acquire);
  EXPECT_FALSE(Races(reader));
  EXPECT_TRUE(Races(reader, kOther));
}

TEST_F(AtomicsRules, RepeatedLoadsOfCoveredReleasesStayExact) {
  Write(writer);
  Store(writer, kX, Order::release);
  Load(reader, kX, Order::acquire);
  Load(reader, kX, Order::acquire);
  Write(writer, kOther);
  Store(writer, kX, Order::release);
  Load(reader, kX, Order::acquire);
  EXPECT_FALSE(Races(reader));
  EXPECT_FALSE(Races(reader, kOther));
}

// --- Read-modify-writes and release sequences

TEST_F(AtomicsRules, ReleaseUpdatesAccumulate) {
  Write(writer);
  Write(third, kOther);
  Update(writer, kX, Order::release);
  Update(third, kX, Order::release);
  Load(reader, kX, Order::acquire);
  EXPECT_FALSE(Races(reader));
  EXPECT_FALSE(Races(reader, kOther));
}

TEST_F(AtomicsRules, ReleaseUpdateDoesNotAcquire) {
  Write(writer);
  Update(writer, kX, Order::release);
  Update(reader, kX, Order::release);
  EXPECT_TRUE(Races(reader));
}

TEST_F(AtomicsRules, AcquireUpdateDoesNotRelease) {
  Write(writer);
  Update(writer, kX, Order::acquire);
  Load(reader, kX, Order::acquire);
  EXPECT_TRUE(Races(reader));
}

TEST_F(AtomicsRules, RelaxedUpdateByAnotherThreadContinuesTheSequence) {
  Write(writer);
  Store(writer, kX, Order::release);
  Update(third, kX, Order::relaxed);
  Load(reader, kX, Order::acquire);
  EXPECT_FALSE(Races(reader));
}

TEST_F(AtomicsRules, RelaxedUpdateItselfOrdersNothing) {
  Store(writer, kX, Order::release);
  Write(third);
  Update(third, kX, Order::relaxed);
  Load(reader, kX, Order::acquire);
  EXPECT_TRUE(Races(reader));
}

TEST_F(AtomicsRules, AcquireReleaseUpdatePassesItOn) {
  Write(writer);
  Store(writer, kX, Order::release);
  Update(third, kX, Order::acq_rel);
  Write(third, kOther);
  Update(reader, kX, Order::acq_rel);
  EXPECT_FALSE(Races(reader));
  EXPECT_TRUE(Races(reader, kOther));
}

TEST_F(AtomicsRules, RelaxedStoreByAnotherThreadEndsTheSequence) {
  Write(writer);
  Store(writer, kX, Order::release);
  Store(third, kX, Order::relaxed);
  Load(reader, kX, Order::acquire);
  EXPECT_TRUE(Races(reader));
}

// C++20 (P0982): only read-modify-writes continue it, no longer stores of the same thread.
TEST_F(AtomicsRules, RelaxedStoreByTheSameThreadEndsTheSequence) {
  Write(writer);
  Store(writer, kX, Order::release);
  Store(writer, kX, Order::relaxed);
  Load(reader, kX, Order::acquire);
  EXPECT_TRUE(Races(reader));
}

TEST_F(AtomicsRules, UpdateAfterTheEndDoesNotReviveTheSequence) {
  Write(writer);
  Store(writer, kX, Order::release);
  Store(third, kX, Order::relaxed);
  Update(third, kX, Order::relaxed);
  Load(reader, kX, Order::acquire);
  EXPECT_TRUE(Races(reader));
}

TEST_F(AtomicsRules, FailedExchangeStoresNothing) {
  Write(writer);
  Store(writer, kX, Order::release);
  Write(third, kOther);
  FailedExchange(third, kX, Order::acq_rel, Order::relaxed);
  Load(reader, kX, Order::acquire);
  EXPECT_FALSE(Races(reader));
  EXPECT_TRUE(Races(reader, kOther));
}

TEST_F(AtomicsRules, FailedExchangeAcquiresWithItsOwnOrder) {
  Write(writer);
  Store(writer, kX, Order::release);
  FailedExchange(third, kX, Order::acq_rel, Order::relaxed);
  EXPECT_TRUE(Races(third));
}

TEST_F(AtomicsRules, FailedExchangeWithAcquireOrders) {
  Write(writer);
  Store(writer, kX, Order::release);
  FailedExchange(reader, kX, Order::relaxed, Order::acquire);
  EXPECT_FALSE(Races(reader));
}

// --- Operations of different widths

TEST_F(AtomicsRules, WideStoreOrdersNarrowLoad) {
  Write(writer);
  Store(writer, kX, Order::release, 8);
  Load(reader, kY, Order::acquire, 4);
  EXPECT_FALSE(Races(reader));
}

TEST_F(AtomicsRules, NarrowStoresOrderWideLoad) {
  Write(writer);
  Write(third, kOther);
  Store(writer, kX, Order::release, 4);
  Store(third, kY, Order::release, 4);
  Load(reader, kX, Order::acquire, 8);
  EXPECT_FALSE(Races(reader));
  EXPECT_FALSE(Races(reader, kOther));
}

TEST_F(AtomicsRules, NarrowRelaxedStoreLeavesTheRestOfAWideOne) {
  Write(writer);
  Store(writer, kX, Order::release, 8);
  Store(third, kX, Order::relaxed, 4);
  Load(reader, kY, Order::acquire, 4);
  EXPECT_FALSE(Races(reader));
}

TEST_F(AtomicsRules, SixteenBytesOrderTheirUpperHalf) {
  Write(writer);
  Store(writer, kX, Order::release, 16);
  Load(reader, kX + 8, Order::relaxed, 8);
  Fence(reader, Order::acquire);
  EXPECT_FALSE(Races(reader));
}

// --- What it costs

TEST_F(AtomicsRules, LoadsAndRelaxedOperationsMakeNoSyncObject) {
  Load(reader, kX, Order::seq_cst);
  Update(writer, kX, Order::relaxed);
  Update(third, kX, Order::acquire);
  Store(writer, kX, Order::relaxed);
  EXPECT_EQ(detector().counters().sync_objects, 0u);
  Store(writer, kX, Order::release);
  EXPECT_EQ(detector().counters().sync_objects, 1u);
}

TEST_F(AtomicsRules, FreshMemoryForgetsWhatWasReleased) {
  Write(writer);
  Store(writer, kX, Order::release);
  detector().ResetMemory(*third.state, kX, 8);
  EXPECT_EQ(detector().counters().sync_objects, 0u);
  Load(reader, kX, Order::acquire);
  EXPECT_TRUE(Races(reader));
}

TEST_F(AtomicsRules, RolesOfOneAddressAreSeparateAndFreedTogether) {
  Write(writer);
  detector().Release(*writer.state, detector().SyncAt(*writer.state, InRole(kX, SyncRole::kMutex)),
                     0);
  Store(third, kX, Order::release);
  Load(reader, kX, Order::acquire);
  EXPECT_TRUE(Races(reader));
  EXPECT_EQ(detector().counters().sync_objects, 2u);
  detector().ResetMemory(*third.state, kX, 4);
  EXPECT_EQ(detector().counters().sync_objects, 0u);
}

}  // namespace
}  // namespace hbsan::testing
