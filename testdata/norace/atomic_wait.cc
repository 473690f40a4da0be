// atomic::wait returns when it reads a value that was released.
#include <atomic>
#include <thread>

int data = 0;
std::atomic<int> x{0};

int main() {
  std::thread writer([] {
    data = 1;
    x.store(1, std::memory_order_release);
    x.notify_all();
  });
  std::thread reader([] {
    x.wait(0, std::memory_order_acquire);
    data = 2;
  });
  writer.join();
  reader.join();
}
