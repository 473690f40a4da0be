// State: a map behind an RWMutex. Snapshot returns a copy, which is the caller's own.
// hbsan: nothing.
// OUTPUT: key-0=0 key-1=10 key-2=20 key-3=30 key-4=40
#include <cstdio>
#include <map>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>

#include "gosync/gosync.h"

class State {
 public:
  void Set(const std::string& key, int value) {
    std::lock_guard hold(mu_);
    data_[key] = value;
    ++version_;
  }
  std::optional<int> Get(const std::string& key) {
    std::shared_lock hold(mu_);
    const auto found = data_.find(key);
    if (found == data_.end()) return std::nullopt;
    return found->second;
  }
  std::map<std::string, int> Snapshot() {
    std::shared_lock hold(mu_);
    return data_;
  }

 private:
  gosync::RWMutex mu_;
  std::map<std::string, int> data_;
  int version_ = 0;
};

int main() {
  State state;
  gosync::WaitGroup wg;
  for (int i = 0; i < 5; ++i) {
    wg.Go([&, i] {
      state.Set("key-" + std::to_string(i), i * 10);
      state.Get("key-0");
    });
  }
  const auto early = state.Snapshot();  // whatever is there
  for (const auto& [key, value] : early) state.Set(key, value);
  wg.Wait();
  const char* space = "";
  for (const auto& [key, value] : state.Snapshot()) {
    std::printf("%s%s=%d", space, key.c_str(), value);
    space = " ";
  }
  std::puts("");
}
