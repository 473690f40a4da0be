// Mistake 2, put right and still double-checked: the first check is an atomic load.
// hbsan: nothing.
// OUTPUT: 42
#include <cstdio>
#include <mutex>

#include "gosync/gosync.h"

struct Singleton {
  int value = 42;
};

gosync::Pointer<Singleton> instance;
gosync::Mutex mu;

Singleton* GetInstance() {
  if (Singleton* p = instance.Load()) return p;
  std::lock_guard hold(mu);
  if (Singleton* p = instance.Load()) return p;
  auto* p = new Singleton;
  instance.Store(p);
  return p;
}

int main() {
  gosync::WaitGroup wg;
  for (int i = 0; i < 8; ++i) wg.Go([] { GetInstance(); });
  wg.Wait();
  std::printf("%d\n", GetInstance()->value);
}
