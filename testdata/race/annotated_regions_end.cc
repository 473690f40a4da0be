// Annotations say what they say: ignored reads are not ignored writes, a region ends where it ends.
// EXPECT: Location is global 'written_in_ignored_reads'
// EXPECT: Location is global 'after_the_region'
// EXPECT: Location is global 'without_sync'
#include <atomic>
#include <thread>

#include "../annotated.h"
#include "../unseen.h"

#define HERE __FILE__, __LINE__

int written_in_ignored_reads = 0, after_the_region = 0, without_sync = 0;
std::atomic<int> flag{0};
Unseen unseen;

void First() {
  AnnotateIgnoreReadsBegin(HERE);
  written_in_ignored_reads = 1;
  AnnotateIgnoreReadsEnd(HERE);
  AnnotateIgnoreWritesBegin(HERE);
  AnnotateIgnoreWritesEnd(HERE);
  after_the_region = 1;
  without_sync = 1;
  AnnotateIgnoreSyncBegin(HERE);
  flag.store(1, std::memory_order_release);
  AnnotateIgnoreSyncEnd(HERE);
  unseen.Reach(1);
}

void Second() {
  unseen.Await(1);
  written_in_ignored_reads = 2;
  after_the_region = 2;
  if (flag.load(std::memory_order_acquire) == 1) without_sync = 2;
}

int main() {
  std::thread first(First);
  std::thread second(Second);
  first.join();
  second.join();
}
