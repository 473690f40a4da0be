// Publishing by a Pointer: build it, store the pointer once, never change it again.
// hbsan: nothing.
// OUTPUT: 8080
#include <cstdio>
#include <memory>

#include "gosync/gosync.h"

struct Config {
  int port = 0;
};

gosync::Pointer<const Config> current;

int main() {
  auto config = std::make_unique<Config>();
  gosync::Go([&] {
    config->port = 8080;
    current.Store(config.get());
  });
  while (current.Load() == nullptr) gosync::Gosched();
  std::printf("%d\n", current.Load()->port);
}
