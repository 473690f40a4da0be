// COWConfig: writers copy the map, change the copy, and publish it by CompareAndSwap, again if
// another one was faster. No update is lost. Readers never wait. (Without a garbage collector each
// version keeps the one before, until the config ends.)
// hbsan: nothing.
// OUTPUT: 40 keys
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "gosync/gosync.h"

class CowConfig {
 public:
  ~CowConfig() {
    for (const Version* v = now_.Load(); v != nullptr;) delete std::exchange(v, v->before);
  }
  std::string Get(const std::string& key) const {
    const Version* now = now_.Load();
    if (now == nullptr) return "";
    const auto found = now->values.find(key);
    return found == now->values.end() ? "" : found->second;
  }
  void Set(const std::string& key, const std::string& value) {
    for (;;) {
      const Version* old = now_.Load();
      auto next = std::make_unique<Version>();
      if (old != nullptr) next->values = old->values;
      next->values[key] = value;
      next->before = old;
      if (now_.CompareAndSwap(old, next.get())) {
        next.release();
        return;
      }
    }
  }

 private:
  struct Version {
    std::map<std::string, std::string> values;
    const Version* before = nullptr;
  };
  gosync::Pointer<const Version> now_;
};

std::string Key(int writer, int i) { return std::to_string(writer) + "." + std::to_string(i); }

int main() {
  CowConfig config;
  gosync::WaitGroup wg;
  for (int writer = 0; writer < 4; ++writer) {
    wg.Go([&, writer] {
      for (int i = 0; i < 10; ++i) config.Set(Key(writer, i), "set");
    });
    wg.Go([&] { config.Get("0.0"); });
  }
  wg.Wait();
  int keys = 0;
  for (int i = 0; i < 40; ++i) keys += config.Get(Key(i / 10, i % 10)) == "set";
  std::printf("%d keys\n", keys);
}
