// The map, put right: a Mutex around every use.
// hbsan: nothing.
// OUTPUT: 1
#include <cstdio>
#include <mutex>
#include <string>
#include <unordered_map>

#include "gosync/gosync.h"

int main() {
  gosync::Mutex mu;
  std::unordered_map<std::string, int> cache;
  gosync::WaitGroup wg;
  for (int i = 0; i < 4; ++i) {
    wg.Go([&] {
      std::lock_guard hold(mu);
      cache["key"] = 1;
    });
  }
  mu.Lock();
  cache.find("key");
  mu.Unlock();
  wg.Wait();
  std::printf("%d\n", cache["key"]);
}
