// Mistake 2 as a class. A goroutine that finds the pointer set uses an object that nothing orders
// with its construction.
// hbsan: a race on the pointer.
// EXPECT: Location is global 'holder'
#include <memory>
#include <mutex>

#include "gosync/gosync.h"

struct Instance {
  int value = 42;
};

class Singleton {
 public:
  Instance* Get() {
    if (instance_ != nullptr) return instance_;  // RACE
    std::lock_guard hold(mu_);
    if (instance_ == nullptr) instance_ = new Instance;  // RACE
    return instance_;
  }

 private:
  gosync::Mutex mu_;
  Instance* instance_ = nullptr;
};

Singleton holder;

int main() {
  gosync::WaitGroup wg;
  for (int i = 0; i < 2; ++i) wg.Go([] { holder.Get(); });
  wg.Wait();
}
