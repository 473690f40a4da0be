// Radix sort of 64-bit keys, eight bits a pass: each thread counts the digits of its part, and
// after a barrier moves its part to where the counts of all say.
//
// The check: ascending order, and the same sum of scrambled keys as before.
#include <array>
#include <vector>

#include "tools/bench/programs/bench.h"
#include "tools/bench/programs/parallel.h"

namespace {

constexpr int kDigits = 256;
using Keys = std::vector<uint64_t>;
using Counts = std::array<size_t, kDigits>;

class RadixSort {
 public:
  RadixSort(Keys& keys, int threads)
      : from_(keys), to_(keys.size()), threads_(threads), counts_(threads), barrier_(threads) {}

  // Called by every thread with its number; sorts by the low `bits` bits, a multiple of 16.
  void Run(int t, int bits) {
    for (int shift = 0; shift < bits; shift += 16) {
      Pass(t, from_, to_, shift);
      Pass(t, to_, from_, shift + 8);
    }
  }

 private:
  void Pass(int t, const Keys& from, Keys& to, int shift) {
    const bench::Slice mine(from.size(), t, threads_);
    Counts& counts = counts_[t];
    counts.fill(0);
    for (size_t i = mine.begin; i < mine.end; ++i) ++counts[from[i] >> shift & (kDigits - 1)];
    barrier_.Wait();
    Counts next = Positions(t);
    for (size_t i = mine.begin; i < mine.end; ++i) {
      to[next[from[i] >> shift & (kDigits - 1)]++] = from[i];
    }
    barrier_.Wait();
  }

  // Where thread t's first key of each digit goes.
  Counts Positions(int t) const {
    Counts positions;
    size_t position = 0;
    for (int digit = 0; digit < kDigits; ++digit) {
      for (int other = 0; other < threads_; ++other) {
        if (other == t) positions[digit] = position;
        position += counts_[other][digit];
      }
    }
    return positions;
  }

  Keys& from_;
  Keys to_;
  const int threads_;
  std::vector<Counts> counts_;
  bench::Barrier barrier_;
};

uint64_t SumOfScrambled(const Keys& keys) {
  uint64_t sum = 0;
  for (const uint64_t key : keys) sum += BenchScramble(key);
  return sum;
}

}  // namespace

int main(int argc, char** argv) {
  const BenchArgs args = BenchParseArgs(argc, argv);
  Keys keys(BenchScaled(args.scale, 16'000'000, 1000));
  uint64_t seed = 1;
  for (uint64_t& key : keys) key = BenchRandom(&seed) >> 16;
  const uint64_t before = SumOfScrambled(keys);
  RadixSort sort(keys, args.threads);
  bench::RunThreads(args.threads, [&sort](int t) { sort.Run(t, 48); });
  bool right = SumOfScrambled(keys) == before;
  for (size_t i = 1; i < keys.size(); ++i) right = right && keys[i - 1] <= keys[i];
  return BenchVerdict(right);
}
