// A TryLock that succeeds is ordered after the Unlock before it.
#include "gosync/gosync.h"

int data = 0;

int main() {
  gosync::Mutex mu;
  mu.Lock();
  gosync::Go([&mu] {
    data = 1;
    mu.Unlock();
  });
  while (!mu.TryLock()) gosync::Gosched();
  data = 2;
  mu.Unlock();
}
