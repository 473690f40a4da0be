// SafeCache: readers share an RWMutex, writers take it alone.
// hbsan: nothing.
// OUTPUT: 16 entries, 0 wrong
#include <cstdio>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "gosync/gosync.h"

class SafeCache {
 public:
  std::optional<std::string> Get(const std::string& key) {
    std::shared_lock hold(mu_);
    const auto found = items_.find(key);
    if (found == items_.end()) return std::nullopt;
    return found->second;
  }
  void Set(const std::string& key, std::string value) {
    std::lock_guard hold(mu_);
    items_[key] = std::move(value);
  }

 private:
  gosync::RWMutex mu_;
  std::unordered_map<std::string, std::string> items_;
};

int main() {
  SafeCache cache;
  gosync::WaitGroup wg;
  gosync::Int32 wrong;
  for (int i = 0; i < 16; ++i) {
    wg.Go([&, key = std::to_string(i)] { cache.Set(key, "v" + key); });
    wg.Go([&, key = std::to_string(i)] {
      const auto value = cache.Get(key);
      if (value && *value != "v" + key) wrong.Add(1);
    });
  }
  wg.Wait();
  int entries = 0;
  for (int i = 0; i < 16; ++i) entries += cache.Get(std::to_string(i)).has_value();
  std::printf("%d entries, %d wrong\n", entries, wrong.Load());
}
