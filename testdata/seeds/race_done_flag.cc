// Mistake 1: a plain `done` flag says that `result` is there.
// hbsan: two races, on the flag and on the result.
// EXPECT: Location is global 'done'
// EXPECT: Location is global 'result'
#include <cstdio>
#include <string_view>

#include "gosync/gosync.h"

bool done = false;
std::string_view result;

int main() {
  gosync::Go([] {
    result = "hello";  // RACE
    done = true;       // RACE
  });
  while (!done) gosync::Gosched();  // RACE
  std::puts(result.data());         // RACE
}
