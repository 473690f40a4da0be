// The twin of norace_atomic_bool: a plain bool orders nothing, and is a race itself.
// hbsan: two races, on the flag and on the data behind it.
// EXPECT: Location is global 'data'
// EXPECT: Location is global 'ready'
#include <cstdio>

#include "gosync/gosync.h"

int data = 0;
bool ready = false;

int main() {
  gosync::Go([] {
    data = 42;     // RACE
    ready = true;  // RACE
  });
  while (!ready) gosync::Gosched();  // RACE
  std::printf("%d\n", data);         // RACE
}
