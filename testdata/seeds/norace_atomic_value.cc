// Publishing by a Value: who loads it sees the whole of what was stored, and all that came before.
// hbsan: nothing.
// OUTPUT: localhost:8080, 1
#include <cstdio>
#include <string>

#include "gosync/gosync.h"

struct Address {
  std::string host;
  int port;
};

int version = 0;
gosync::Value<Address> address;

int main() {
  gosync::Go([] {
    version = 1;
    address.Store({"localhost", 8080});
  });
  while (!address.Load()) gosync::Gosched();
  const auto seen = address.Load();
  std::printf("%s:%d, %d\n", seen->host.c_str(), seen->port, version);
}
