// A hash table with chains, under striped locks: threads add to counters, look up and erase.
//
// The check: erasing keeps to keys that nothing else uses, additions commute, so the final contents
// follow from the sequence of every thread, replayed into std::unordered_map.
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "tools/bench/programs/bench.h"
#include "tools/bench/programs/parallel.h"

namespace {

class HashTable {
 public:
  explicit HashTable(size_t buckets) : buckets_(buckets) {}

  void Add(uint64_t key, uint64_t amount) {
    const size_t bucket = BucketOf(key);
    const std::lock_guard lock(LockOf(bucket));
    std::unique_ptr<Node>& place = Find(bucket, key);
    if (place == nullptr) place = std::make_unique<Node>(key);
    place->value += amount;
  }

  std::optional<uint64_t> Get(uint64_t key) {
    const size_t bucket = BucketOf(key);
    const std::lock_guard lock(LockOf(bucket));
    const std::unique_ptr<Node>& place = Find(bucket, key);
    if (place == nullptr) return std::nullopt;
    return place->value;
  }

  void Erase(uint64_t key) {
    const size_t bucket = BucketOf(key);
    const std::lock_guard lock(LockOf(bucket));
    std::unique_ptr<Node>& place = Find(bucket, key);
    if (place != nullptr) place = std::move(place->next);
  }

 private:
  struct Node {
    explicit Node(uint64_t k) : key(k) {}
    const uint64_t key;
    uint64_t value = 0;
    std::unique_ptr<Node> next;
  };

  size_t BucketOf(uint64_t key) const { return BenchScramble(key) % buckets_.size(); }
  std::mutex& LockOf(size_t bucket) { return locks_[bucket % kStripes]; }

  // The link to `key`'s node, or the empty one at the end of its chain.
  std::unique_ptr<Node>& Find(size_t bucket, uint64_t key) {
    std::unique_ptr<Node>* place = &buckets_[bucket];
    while (*place != nullptr && (*place)->key != key) place = &(*place)->next;
    return *place;
  }

  static constexpr size_t kStripes = 64;
  std::mutex locks_[kStripes];
  std::vector<std::unique_ptr<Node>> buckets_;
};

struct Operation {
  enum class Kind { kAdd, kGet, kChurn };
  Kind kind;
  uint64_t key, amount;
};

// Half of the operations look up, three eighths add, one eighth inserts and erases a passing key.
Operation NextOperation(uint64_t& seed, size_t keys) {
  const uint64_t random = BenchRandom(&seed), key = random / 16 % keys;
  if (random % 8 < 4) return {Operation::Kind::kGet, key, 0};
  if (random % 8 < 7) return {Operation::Kind::kAdd, key, random >> 48};
  return {Operation::Kind::kChurn, key, 1};
}

void Work(HashTable& table, int t, size_t keys, size_t operations) {
  uint64_t seed = t + 1, found = 0;
  const uint64_t passing = keys * (t + 1);  // No other thread's keys.
  for (size_t i = 0; i < operations; ++i) {
    const Operation operation = NextOperation(seed, keys);
    switch (operation.kind) {
      case Operation::Kind::kAdd:
        table.Add(operation.key, operation.amount);
        break;
      case Operation::Kind::kGet:
        found += table.Get(operation.key).has_value();
        break;
      case Operation::Kind::kChurn:
        table.Add(passing + operation.key, operation.amount);
        table.Erase(passing + operation.key);
        break;
    }
  }
  table.Add(~uint64_t{0} - t, found);
}

bool IsRight(HashTable& table, int threads, size_t keys, size_t operations) {
  std::unordered_map<uint64_t, uint64_t> expected;
  for (int t = 0; t < threads; ++t) {
    uint64_t seed = t + 1;
    for (size_t i = 0; i < operations; ++i) {
      const Operation operation = NextOperation(seed, keys);
      if (operation.kind == Operation::Kind::kAdd) expected[operation.key] += operation.amount;
    }
  }
  for (size_t key = 0; key < keys * (threads + 1); ++key) {
    const auto place = expected.find(key);
    const std::optional<uint64_t> value = table.Get(key);
    if (value.has_value() != (place != expected.end())) return false;
    if (value.has_value() && *value != place->second) return false;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const BenchArgs args = BenchParseArgs(argc, argv);
  const size_t keys = BenchScaled(args.scale, 30'000, 100);
  const size_t operations = BenchScaled(args.scale, 12'000'000, 1000) / args.threads;
  HashTable table(keys);
  bench::RunThreads(args.threads, [&](int t) { Work(table, t, keys, operations); });
  return BenchVerdict(IsRight(table, args.threads, keys, operations));
}
