// A map is written in one goroutine and read in another. (The key is there already: this run only
// has a race; one that inserts may crash.)
// hbsan: a race between the write and the read of the map's element.
// EXPECT: Location is heap block
#include <cstdio>
#include <string>
#include <unordered_map>

#include "gosync/gosync.h"

int main() {
  std::unordered_map<std::string, int> cache = {{"key", 0}};
  gosync::WaitGroup wg;
  wg.Go([&] {
    cache["key"] = 1;  // RACE
  });
  wg.Go([&] {
    std::printf("%d\n", cache.at("key"));  // RACE
  });
  wg.Wait();
}
