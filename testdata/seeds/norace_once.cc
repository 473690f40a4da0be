// The end of a Once's function happens before the return of every Do, whoever ran it.
// hbsan: nothing.
// OUTPUT: 1
#include <cstdio>

#include "gosync/gosync.h"

gosync::Once once;
int a = 0;

void Setup() { a = 1; }

int main() {
  gosync::Go([] { once.Do(Setup); });
  once.Do(Setup);
  std::printf("%d\n", a);
}
