// A PublishedCell: Store publishes a snapshot, Load reads it without a lock, Swap returns the one
// before. Empty, it says so.
// hbsan: nothing.
// OUTPUT: empty, empty
// OUTPUT: after the swap 2, before it 1
// OUTPUT: whole
#include <cstdio>
#include <memory>

#include "gosync/gosync.h"

struct Snapshot {
  int number, twice;
};

class PublishedCell {
 public:
  void Store(Snapshot next) { value_.Store(next); }
  std::shared_ptr<const Snapshot> Load() const { return value_.Load(); }
  std::shared_ptr<const Snapshot> Swap(Snapshot next) { return value_.Swap(next); }

 private:
  gosync::Value<Snapshot> value_;
};

int main() {
  PublishedCell cell;
  std::printf("%s, ", cell.Load() ? "full" : "empty");
  std::puts(cell.Swap({1, 2}) ? "full" : "empty");
  const auto before = cell.Swap({2, 4});
  std::printf("after the swap %d, before it %d\n", cell.Load()->number, before->number);

  gosync::WaitGroup wg;
  gosync::Bool torn;
  for (int i = 0; i < 4; ++i) {
    wg.Go([&, i] {
      cell.Store({i, 2 * i});
      const auto seen = cell.Load();
      if (seen->twice != 2 * seen->number) torn.Store(true);
    });
  }
  wg.Wait();
  std::puts(torn.Load() ? "torn" : "whole");
}
