#ifndef ACCOUNT_H_
#define ACCOUNT_H_

#include <mutex>

class Account {
 public:
  void Deposit(int amount);
  int balance() const;

 private:
  mutable std::mutex mutex_;
  int balance_ = 0;  // guarded by mutex_
};

#endif  // ACCOUNT_H_
