// A lock of the program's own, annotated: what it protects is ordered, and destroying it after use
// is no race.
#include <memory>
#include <thread>
#include <vector>

#include "../spin_rwlock.h"

int main() {
  auto lock = std::make_unique<SpinRwLock>();
  int writes = 0, seen = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 50; ++round) {
        lock->Lock();
        ++writes;
        lock->Unlock();
        lock->ReadLock();
        const int now = writes;
        lock->ReadUnlock();
        if (lock->TryLock()) {
          seen += now;
          lock->Unlock();
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  lock.reset();
  return writes == 200 ? 0 : 1;
}
