// The end of a goroutine orders nothing.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include "gosync/gosync.h"

int data = 0;

int main() {
  gosync::Go([] { data = 1; });
  while (gosync::NumGoroutine() > 1) gosync::Gosched();
  data = 2;
}
