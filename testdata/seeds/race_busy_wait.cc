// Waiting on a plain flag orders nothing. (Without Gosched in the loop the compiler may read the
// flag once, and wait for ever.)
// hbsan: a race on the flag.
// EXPECT: Location is global 'done'
#include "gosync/gosync.h"

bool done = false;

int main() {
  gosync::Go([] {
    done = true;  // RACE
  });
  while (!done) {  // RACE
    gosync::Gosched();
  }
}
