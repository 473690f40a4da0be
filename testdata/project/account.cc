#include "account.h"

void Account::Deposit(int amount) {
  const std::lock_guard<std::mutex> hold(mutex_);
  balance_ += amount;
}

int Account::balance() const { return balance_; }  // forgot the lock
