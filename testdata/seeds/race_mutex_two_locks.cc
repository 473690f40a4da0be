// Two different locks order nothing.
// hbsan: a race; it names both mutexes.
// EXPECT: no common mutex
#include <mutex>

#include "gosync/gosync.h"

gosync::Mutex deposits, withdrawals;
int balance = 0;

int main() {
  gosync::WaitGroup wg;
  wg.Go([] {
    std::lock_guard hold(deposits);
    balance += 10;  // RACE
  });
  wg.Go([] {
    std::lock_guard hold(withdrawals);
    balance -= 5;  // RACE
  });
  wg.Wait();
}
