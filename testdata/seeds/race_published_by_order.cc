// Mistake 3: b is written after a, so who sees b should see a. Nothing promises that.
// hbsan: two races, on a and on b.
// EXPECT: Location is global 'a'
// EXPECT: Location is global 'b'
#include <cstdio>
#include <string_view>

#include "gosync/gosync.h"

std::string_view a, b;

int main() {
  gosync::WaitGroup wg;
  wg.Go([] {
    a = "hello";  // RACE
    b = "world";  // RACE
  });
  wg.Go([] {
    while (b.empty()) gosync::Gosched();  // RACE
    std::puts(a.data());                  // RACE
  });
  wg.Wait();
}
