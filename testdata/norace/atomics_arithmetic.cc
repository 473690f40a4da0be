// Every read-modify-write does what it says, on every size, while threads contend.
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

template <typename T>
void Arithmetic() {
  std::atomic<T> x{T{0b1100}};
  bool right = x.fetch_add(T{1}) == T{0b1100} && x.fetch_sub(T{1}) == T{0b1101} &&
               x.fetch_and(T{0b0110}) == T{0b1100} && x.fetch_or(T{0b0011}) == T{0b0100} &&
               x.fetch_xor(T{0b0101}) == T{0b0111} && x.exchange(T{5}) == T{0b0010};
  T* plain = reinterpret_cast<T*>(&x);
  right = right && __atomic_fetch_nand(plain, T{4}, __ATOMIC_SEQ_CST) == T{5} &&
          x.load() == static_cast<T>(~T{4});
  if (!right) __builtin_abort();

  constexpr int kThreads = 4, kRounds = 25;
  x = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&x] {
      for (int round = 0; round < kRounds; ++round) {
        x.fetch_add(T{1}, std::memory_order_relaxed);
        T old = x.load(std::memory_order_relaxed);
        while (!x.compare_exchange_weak(old, static_cast<T>(old + 1))) {
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  if (x != static_cast<T>(2 * kThreads * kRounds)) __builtin_abort();
}

int main() {
  Arithmetic<std::uint8_t>();
  Arithmetic<std::uint16_t>();
  Arithmetic<std::uint32_t>();
  Arithmetic<std::uint64_t>();
}
