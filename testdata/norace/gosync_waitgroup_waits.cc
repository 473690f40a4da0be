// All who wait are ordered after the Done that lets them go; rounds may follow each other, and an
// Add when the counter is not zero may come at any time before its Done.
#include "gosync/gosync.h"

int data = 0;

int main() {
  gosync::WaitGroup wg, readers;
  int parts[3] = {};
  for (int round = 0; round < 3; ++round) {
    wg.Add(1);
    for (int i = 0; i < 2; ++i) {
      readers.Go([&] {
        wg.Wait();
        if (data != round + 1) __builtin_trap();
      });
    }
    wg.Go([&wg, &part = parts[round]] { wg.Go([&part] { part = 1; }); });
    gosync::Go([&wg, round] {
      data = round + 1;
      wg.Done();
    });
    readers.Wait();
    wg.Wait();
    if (parts[round] != 1) return 1;
  }
}
