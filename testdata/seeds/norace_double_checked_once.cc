// Mistake 2, put right: a Once.
// hbsan: nothing.
// OUTPUT: 42
#include <cstdio>
#include <memory>

#include "gosync/gosync.h"

struct Singleton {
  int value = 42;
};

std::unique_ptr<Singleton> instance;
gosync::Once once;

Singleton& GetInstance() {
  once.Do([] { instance = std::make_unique<Singleton>(); });
  return *instance;
}

int main() {
  gosync::WaitGroup wg;
  for (int i = 0; i < 8; ++i) wg.Go([] { GetInstance(); });
  wg.Wait();
  std::printf("%d\n", GetInstance().value);
}
