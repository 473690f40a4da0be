// A read unlock is ordered before a later lock, not before a later read lock; a failed try-lock
// orders nothing.
// EXPECT: Location is global 'written_by_readers'
// EXPECT: Location is global 'after_failed_try'
#include <thread>

#include "../spin_rwlock.h"
#include "../unseen.h"

SpinRwLock lock;
int written_by_readers = 0, after_failed_try = 0;
Unseen unseen;

int main() {
  std::thread first([] {
    lock.ReadLock();
    written_by_readers = 1;
    lock.ReadUnlock();
    unseen.Reach(1);
    unseen.Await(2);
    lock.Lock();
    after_failed_try = 1;
    unseen.Reach(3);
    unseen.Await(4);
    lock.Unlock();
  });
  std::thread second([] {
    unseen.Await(1);
    lock.ReadLock();
    written_by_readers = 2;
    lock.ReadUnlock();
    unseen.Reach(2);
    unseen.Await(3);
    if (!lock.TryLock()) after_failed_try = 2;
    unseen.Reach(4);
  });
  first.join();
  second.join();
}
