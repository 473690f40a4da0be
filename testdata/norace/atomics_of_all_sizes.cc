// Publication through an atomic of each size: 1 to 16 bytes, and one so large that it needs a lock.
#include <atomic>
#include <cstdint>
#include <cstring>
#include <thread>

#include "../unseen.h"

template <typename T>
T Value(int n) {
  T value;
  std::memset(&value, 0, sizeof value);
  std::memcpy(&value, &n, sizeof value < sizeof n ? sizeof value : sizeof n);
  return value;
}

template <typename T>
bool Equal(T a, T b) {
  return std::memcmp(&a, &b, sizeof a) == 0;
}

template <typename T>
void Publish() {
  static int data;
  static std::atomic<T> x;
  static Unseen unseen;
  std::thread writer([] {
    data = 1;
    x.store(Value<T>(1), std::memory_order_release);
    unseen.Reach(1);
    unseen.Await(2);
    if (Equal(x.load(std::memory_order_acquire), Value<T>(2))) data = 3;
    x.exchange(Value<T>(3), std::memory_order_acq_rel);
    unseen.Reach(3);
  });
  std::thread reader([] {
    unseen.Await(1);
    T expected = Value<T>(1);
    if (x.compare_exchange_strong(expected, Value<T>(2), std::memory_order_acq_rel)) data = 2;
    T wrong = Value<T>(9);
    if (x.compare_exchange_strong(wrong, Value<T>(8))) __builtin_abort();
    if (!Equal(wrong, Value<T>(2))) __builtin_abort();
    x.store(Value<T>(2), std::memory_order_release);
    unseen.Reach(2);
    unseen.Await(3);
    if (Equal(x.load(), Value<T>(3))) data = 4;
  });
  writer.join();
  reader.join();
  if (data != 4) __builtin_abort();
}

struct Sixteen {
  std::uint64_t words[2];
};
struct Large {
  std::uint64_t words[5];
};

int main() {
  Publish<std::uint8_t>();
  Publish<std::uint16_t>();
  Publish<std::uint32_t>();
  Publish<std::uint64_t>();
  Publish<unsigned __int128>();
  Publish<Sixteen>();
  Publish<Large>();
}
