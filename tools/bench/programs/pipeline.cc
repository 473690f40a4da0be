// A pipeline over bounded queues: make blocks of bytes, encode their runs, decode them again, sum
// up. Stages one and four have a thread each; two and three have as many as asked for.
//
// The check: the checksum of all blocks, computed serially.
#include <algorithm>
#include <vector>

#include "tools/bench/programs/bench.h"
#include "tools/bench/programs/bounded_queue.h"
#include "tools/bench/programs/parallel.h"

namespace {

using Bytes = std::vector<uint8_t>;
using Queue = bench::BoundedQueue<Bytes>;

constexpr size_t kBlockBytes = 4096;

Bytes MakeBlock(uint64_t seed) {
  Bytes block;
  while (block.size() < kBlockBytes) {
    const uint64_t random = BenchRandom(&seed);
    const size_t length = std::min<size_t>(random % 12 + 1, kBlockBytes - block.size());
    block.insert(block.end(), length, static_cast<uint8_t>(random >> 56));
  }
  return block;
}

// Pairs of a length and a byte.
Bytes EncodeRuns(const Bytes& block) {
  Bytes encoded;
  for (size_t i = 0; i < block.size();) {
    size_t end = i + 1;
    while (end < block.size() && end - i < 255 && block[end] == block[i]) ++end;
    encoded.push_back(static_cast<uint8_t>(end - i));
    encoded.push_back(block[i]);
    i = end;
  }
  return encoded;
}

Bytes DecodeRuns(const Bytes& encoded) {
  Bytes block;
  for (size_t i = 0; i < encoded.size(); i += 2)
    block.insert(block.end(), encoded[i], encoded[i + 1]);
  return block;
}

uint64_t ChecksumOf(const Bytes& block) {
  uint64_t sum = 1469598103934665603;
  for (const uint8_t byte : block) sum = (sum ^ byte) * 1099511628211;
  return sum;
}

template <typename Convert>
void RunStage(Queue& from, Queue& to, int threads, const Convert& convert) {
  bench::RunThreads(threads, [&](int) {
    while (const std::optional<Bytes> block = from.Pop()) to.Push(convert(*block));
  });
  to.Close();
}

uint64_t RunPipeline(size_t blocks, int threads) {
  Queue made(16), encoded(16), decoded(16);
  std::thread maker([&] {
    for (size_t i = 0; i < blocks; ++i) made.Push(MakeBlock(i));
    made.Close();
  });
  std::thread encoder([&] { RunStage(made, encoded, threads, EncodeRuns); });
  std::thread decoder([&] { RunStage(encoded, decoded, threads, DecodeRuns); });
  uint64_t sum = 0;
  while (const std::optional<Bytes> block = decoded.Pop()) sum += ChecksumOf(*block);
  maker.join();
  encoder.join();
  decoder.join();
  return sum;
}

}  // namespace

int main(int argc, char** argv) {
  const BenchArgs args = BenchParseArgs(argc, argv);
  const size_t blocks = BenchScaled(args.scale, 20'000, 50);
  uint64_t expected = 0;
  for (size_t i = 0; i < blocks; ++i) expected += ChecksumOf(MakeBlock(i));
  return BenchVerdict(RunPipeline(blocks, args.threads) == expected);
}
