// The twin of norace_state: Snapshot returns the map itself, which is read without the lock.
// hbsan: a race between Set, which holds the mutex, and that reading.
// EXPECT: Location is heap block
#include <cstdio>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>

#include "gosync/gosync.h"

class State {
 public:
  void Set(const std::string& key, int value) {
    std::lock_guard hold(mu_);
    data_[key] = value;  // RACE
  }
  const std::map<std::string, int>& Snapshot() {
    std::shared_lock hold(mu_);
    return data_;
  }

 private:
  gosync::RWMutex mu_;
  std::map<std::string, int> data_;
};

int main() {
  State state;
  state.Set("key", 1);
  gosync::WaitGroup wg;
  // Taken first: after Set, the lock would order this run's reading.
  const auto& snapshot = state.Snapshot();
  wg.Go([&] { state.Set("key", 2); });
  std::printf("%d\n", snapshot.at("key"));  // RACE
  wg.Wait();
}
