// Counter: an atomic for the value, a mutex for what goes with it.
// hbsan: nothing.
// OUTPUT: 45
#include <cstdint>
#include <cstdio>
#include <mutex>

#include "gosync/gosync.h"

class Counter {
 public:
  std::int64_t Increment(std::int64_t by) {
    {
      std::lock_guard hold(mu_);
      last_ = by;
    }
    return value_.Add(by);
  }
  std::int64_t Value() const { return value_.Load(); }

 private:
  gosync::Int64 value_;
  gosync::Mutex mu_;
  std::int64_t last_ = 0;  // guarded by mu_
};

int main() {
  Counter counter;
  gosync::WaitGroup wg;
  for (int i = 0; i < 10; ++i) wg.Go([&, i] { counter.Increment(i); });
  wg.Wait();
  std::printf("%d\n", static_cast<int>(counter.Value()));
}
