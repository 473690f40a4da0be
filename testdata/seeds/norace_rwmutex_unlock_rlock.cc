// RWMutex: an Unlock happens before every later RLock: readers see what writers wrote.
// hbsan: nothing.
// OUTPUT: hello
#include <cstdio>
#include <shared_mutex>
#include <string_view>

#include "gosync/gosync.h"

gosync::RWMutex mu;
std::string_view a;

std::string_view Read() {
  std::shared_lock hold(mu);
  return a;
}

int main() {
  gosync::Go([] {
    mu.Lock();
    a = "hello";
    mu.Unlock();
  });
  while (Read().empty()) gosync::Gosched();
  std::printf("%s\n", Read().data());
}
