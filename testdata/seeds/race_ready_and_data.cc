// setup and reader share `ready` and `data`, and nothing else.
// hbsan: two races.
// EXPECT: Location is global 'ready'
// EXPECT: Location is global 'data'
#include <cstdio>

#include "gosync/gosync.h"

bool ready = false;
int data = 0;

void Setup() {
  data = 42;     // RACE
  ready = true;  // RACE
}

void Reader() {
  while (!ready) gosync::Gosched();  // RACE
  std::printf("%d\n", data);         // RACE
}

int main() {
  gosync::WaitGroup wg;
  wg.Go(Setup);
  wg.Go(Reader);
  wg.Wait();
}
