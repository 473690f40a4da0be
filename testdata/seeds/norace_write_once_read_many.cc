// Written by a static initialiser, read by many: no synchronisation is needed.
// hbsan: nothing.
// OUTPUT: 8
#include <cstdio>
#include <map>
#include <string>

#include "gosync/gosync.h"

using Config = std::map<std::string, std::string>;
const Config config = [] { return Config{{"host", "localhost"}}; }();

int main() {
  gosync::WaitGroup wg;
  gosync::Int32 read;
  for (int i = 0; i < 8; ++i) {
    wg.Go([&] { read.Add(config.at("host") == "localhost" ? 1 : 0); });
  }
  wg.Wait();
  std::printf("%d\n", read.Load());
}
