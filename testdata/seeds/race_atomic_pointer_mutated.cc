// The twin of norace_atomic_pointer: what is changed after the store is not ordered by it.
// hbsan: a race between the late write and the reader's read.
// EXPECT: Location is heap block
#include <cstdio>
#include <memory>

#include "gosync/gosync.h"

struct Config {
  int port = 0;
};

gosync::Pointer<const Config> current;

int main() {
  auto config = std::make_unique<Config>();
  gosync::WaitGroup wg;
  wg.Go([&] {
    current.Store(config.get());
    config->port = 8080;  // RACE
  });
  while (current.Load() == nullptr) gosync::Gosched();
  std::printf("%d\n", current.Load()->port);  // RACE
  wg.Wait();
}
