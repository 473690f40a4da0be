// A release store that is read by a relaxed load; the standard library's frames are folded.
#include <algorithm>
#include <atomic>
#include <thread>

#include "../unseen.h"

int numbers[2] = {2, 1};
std::atomic<bool> ready{false};
Unseen unseen;

void Sort() {
  std::iter_swap(numbers, numbers + 1);
  ready.store(true, std::memory_order_release);
  unseen.Reach(1);
  unseen.Await(2);
}

int main() {
  std::thread sorter(Sort);
  unseen.Await(1);
  const bool sorted = ready.load(std::memory_order_relaxed);
  const int first = sorted ? numbers[0] : 0;
  unseen.Reach(2);
  sorter.join();
  return first - 1;
}
