// An Unlock happens before the return of every later Lock. (That the writer comes first is not
// promised: so the reader looks until it sees the value.)
// hbsan: nothing.
// OUTPUT: 1
#include <cstdio>
#include <mutex>

#include "gosync/gosync.h"

gosync::Mutex mu;
int a = 0;

int Read() {
  std::lock_guard hold(mu);
  return a;
}

int main() {
  gosync::Go([] {
    mu.Lock();
    a = 1;
    mu.Unlock();
  });
  while (Read() == 0) gosync::Gosched();
  std::printf("%d\n", Read());
}
