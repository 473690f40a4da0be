// Range observes the write of each entry that it visits; values are the map's own copies.
#include <string>

#include "gosync/gosync.h"

int data = 0;

int main() {
  gosync::Map<std::string, std::string> map;
  gosync::Go([&map] {
    data = 1;
    map.Store(std::string(40, 'k'), std::string(40, 'v'));
  });
  bool seen = false;
  while (!seen) {
    map.Range([&seen](const std::string& key, const std::string& value) {
      data = static_cast<int>(key.size() + value.size());
      seen = true;
    });
    gosync::Gosched();
  }
  map.Delete(std::string(40, 'k'));
}
