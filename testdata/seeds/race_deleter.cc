// Go's finalizer is a deleter or destructor here. It runs in whichever goroutine drops the last
// reference, and orders nothing for those who hold none.
// hbsan: a race between the deleter's write and the read.
#include <cstdio>
#include <memory>
#include <utility>

#include "gosync/gosync.h"

bool closed = false;

void CloseAndDelete(int* file) {
  closed = true;  // RACE
  delete file;
}

int main() {
  gosync::WaitGroup wg;
  std::shared_ptr<int> file(new int(3), CloseAndDelete);
  wg.Go([file = std::move(file)]() mutable {
    std::printf("uses %d\n", *file);
    file.reset();
  });
  std::puts(closed ? "closed" : "open");  // RACE
  wg.Wait();
}
