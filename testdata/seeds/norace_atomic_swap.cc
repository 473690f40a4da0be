// A Swap takes what a store published, and who takes it owns it.
// hbsan: nothing.
// OUTPUT: 42
#include <cstdio>
#include <memory>

#include "gosync/gosync.h"

gosync::Pointer<int> mailbox;

int main() {
  gosync::Go([] { mailbox.Store(std::make_unique<int>(41).release()); });
  std::unique_ptr<int> taken;
  while (!taken) {
    taken.reset(mailbox.Swap(nullptr));
    gosync::Gosched();
  }
  ++*taken;
  std::printf("%d\n", *taken);
}
