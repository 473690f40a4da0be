// What comes after Go(f) is not ordered with f.
// hbsan: a race between the write and the goroutine's read.
#include <cstdio>

#include "gosync/gosync.h"

const char* a = "";

int main() {
  gosync::WaitGroup wg;
  wg.Go([] {
    std::puts(a);  // RACE
  });
  a = "hello";  // RACE
  wg.Wait();
}
