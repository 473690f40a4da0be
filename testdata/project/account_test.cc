#include "account.h"

#include <gtest/gtest.h>

#include <thread>

TEST(Account, BeginsEmpty) { EXPECT_EQ(Account().balance(), 0); }

TEST(Account, CountsDepositsOfTwoThreads) {
  Account account;
  std::thread other([&] { account.Deposit(1); });
  account.Deposit(2);
  other.join();
  EXPECT_EQ(account.balance(), 3);
}

TEST(Account, CanBeWatched) {
  Account account;
  std::thread other([&] { account.Deposit(1); });
  EXPECT_LE(account.balance(), 1);
  other.join();
}
