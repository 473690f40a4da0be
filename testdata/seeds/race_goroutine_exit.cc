// The end of a goroutine orders nothing: that it is over does not make its writes visible.
// hbsan: a race between the read and the finished goroutine's write.
#include <cstdio>

#include "gosync/gosync.h"

const char* a = "";

int main() {
  gosync::Go([] {
    a = "hello";  // RACE
  });
  while (gosync::NumGoroutine() > 1) gosync::Gosched();
  std::puts(a);  // RACE
}
