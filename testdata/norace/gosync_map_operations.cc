// What reads and writes at once hands on what it learned: a chain through Swap, LoadOrStore,
// CompareAndSwap, LoadAndDelete and LoadOrStore again.
#include "../unseen.h"
#include "gosync/gosync.h"

int data = 0;
Unseen unseen;

int main() {
  gosync::Map<int, int> map;
  void (*const steps[])(gosync::Map<int, int>&) = {
      [](auto& m) { m.Store(1, 1); },       [](auto& m) { m.Swap(1, 2); },
      [](auto& m) { m.LoadOrStore(1, 5); }, [](auto& m) { m.CompareAndSwap(1, 2, 3); },
      [](auto& m) { m.LoadAndDelete(1); },  [](auto& m) { m.LoadOrStore(1, 4); },
      [](auto& m) { m.Load(1); },
  };
  int step = 0;
  for (const auto run : steps) {
    gosync::Go([&map, run, step] {
      unseen.Await(step);
      if (step == 0) data = 1;
      run(map);
      if (step == 6) data = 2;
      unseen.Reach(step + 1);
    });
    ++step;
  }
  unseen.Await(step);
}
