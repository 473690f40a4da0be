// SafeConfig: the first Get fills the map under a Once; afterwards nobody writes it.
// hbsan: nothing.
// OUTPUT: localhost localhost localhost localhost localhost
#include <cstdio>
#include <map>
#include <string>

#include "gosync/gosync.h"

class SafeConfig {
 public:
  const std::string& Get(const std::string& key) {
    once_.Do([this] {
      values_ = {{"host", "localhost"}, {"port", "8080"}};
      gosync::Gosched();  // a slow initialisation: others come meanwhile, and wait
    });
    return values_.at(key);
  }

 private:
  gosync::Once once_;
  std::map<std::string, std::string> values_;
};

int main() {
  SafeConfig config;
  gosync::WaitGroup wg;
  std::string hosts[5];
  for (std::string& host : hosts) wg.Go([&] { host = config.Get("host"); });
  wg.Wait();
  for (int i = 0; i < 5; ++i) std::printf("%s%s", hosts[i].c_str(), i < 4 ? " " : "\n");
}
