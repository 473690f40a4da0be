// Forks while other threads are inside atomic operations all the time; the children use the same
// atomics.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>
#include <vector>

std::atomic<int> variables[8];
std::atomic<bool> stop{false};

int main() {
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([] {
      for (unsigned n = 0; !stop.load(std::memory_order_relaxed); ++n) {
        variables[n % 8].fetch_add(1);
        variables[(n + 3) % 8].store(1, std::memory_order_release);
        variables[n * 7 % 8].load(std::memory_order_acquire);
      }
    });
  }
  int failed = 0;
  for (int i = 0; i < 30; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      for (std::atomic<int>& variable : variables) variable.fetch_add(1);
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (status != 0) ++failed;
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  return failed;
}
