// Two named threads, each under a mutex of its own.
#include <pthread.h>

#include "../unseen.h"

struct Account {
  long owner;
  long balance;
};

Account account;
pthread_mutex_t deposits = PTHREAD_MUTEX_INITIALIZER;
pthread_mutex_t withdrawals = PTHREAD_MUTEX_INITIALIZER;
Unseen unseen;

void Add(long amount) { account.balance += amount; }

void* Deposit(void*) {
  pthread_setname_np(pthread_self(), "depositor");
  pthread_mutex_lock(&deposits);
  Add(10);
  pthread_mutex_unlock(&deposits);
  unseen.Reach(1);
  unseen.Await(2);
  return nullptr;
}

void* Withdraw(void*) {
  unseen.Await(1);
  pthread_mutex_lock(&withdrawals);
  Add(-10);
  pthread_mutex_unlock(&withdrawals);
  unseen.Reach(2);
  return nullptr;
}

int main() {
  pthread_t threads[2];
  pthread_create(&threads[0], nullptr, Deposit, nullptr);
  pthread_create(&threads[1], nullptr, Withdraw, nullptr);
  for (pthread_t thread : threads) pthread_join(thread, nullptr);
}
