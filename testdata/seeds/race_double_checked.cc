// Mistake 2: double-checked locking. The first check reads the pointer without the lock, and
// through it an object that may not be there yet.
// hbsan: a race between that check and the write under the lock.
// EXPECT: Location is global 'instance'
#include <cstdio>
#include <mutex>

#include "gosync/gosync.h"

struct Singleton {
  int value = 42;
};

Singleton* instance = nullptr;
gosync::Mutex mu;

Singleton* GetInstance() {
  if (instance == nullptr) {  // RACE
    std::lock_guard hold(mu);
    if (instance == nullptr) instance = new Singleton;  // RACE
  }
  return instance;
}

int main() {
  gosync::WaitGroup wg;
  for (int i = 0; i < 2; ++i) wg.Go([] { GetInstance(); });
  wg.Wait();
  std::printf("%d\n", GetInstance()->value);
}
