// memory = 42 goes to a printing goroutine over a channel; main waits for the printer alone.
// hbsan: nothing.
// OUTPUT: Memory value: 42
#include <cstdio>

#include "gosync/gosync.h"

int main() {
  gosync::Chan<bool> done(0);
  int memory = 0;
  gosync::Go([&memory, done] {
    memory = 42;
    done.Send(true);
  });
  gosync::WaitGroup wg;
  wg.Add(1);
  gosync::Go([&] {
    done.Recv();
    std::printf("Memory value: %d\n", memory);
    wg.Done();
  });
  wg.Wait();
}
