// long_epoch PASSES: changes an array again and again without any synchronisation, each element
// from a call stack of its own; memory after a tenth of the passes and after all.
#include <cstdlib>
#include <mutex>
#include <vector>

#include "tests/scale/memory_use.h"

namespace {

[[gnu::noinline]] void Increment(long* begin, long* end) {
  if (end - begin == 1) {
    ++*begin;
    return;
  }
  long* const middle = begin + (end - begin) / 2;
  Increment(begin, middle);
  Increment(middle, end);
  ++*begin;
}

}  // namespace

int main(int argc, char** argv) {
  const int passes = argc > 1 ? std::atoi(argv[1]) : 40;
  std::vector<long> elements(1 << 17);
  std::mutex mutex;
  mutex.lock();
  mutex.unlock();  // a new epoch
  for (int pass = 1; pass <= passes; ++pass) {
    Increment(elements.data(), elements.data() + elements.size());
    if (pass == passes / 10) hbsan::scale::PrintMemoryUse("tenth");
  }
  hbsan::scale::PrintMemoryUse("all");
}
