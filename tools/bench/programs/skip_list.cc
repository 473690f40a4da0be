// A sorted map as a skip list (Pugh, CACM 1990) under a reader/writer lock: nine operations of ten
// look up or scan a range, one inserts or erases.
//
// The check: threads insert and erase only keys that are their own modulo the number of threads, so
// the final contents follow from each thread's sequence alone.
#include <array>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <utility>
#include <vector>

#include "tools/bench/programs/bench.h"
#include "tools/bench/programs/parallel.h"

namespace {

constexpr int kMaxHeight = 12;

class SkipList {
 public:
  SkipList() = default;
  SkipList(const SkipList&) = delete;
  SkipList& operator=(const SkipList&) = delete;
  ~SkipList() {
    for (Node* node = head_.next[0]; node != nullptr;) delete std::exchange(node, node->next[0]);
  }

  void Insert(uint64_t key) {
    const std::unique_lock lock(lock_);
    const Path path = FindPath(key);
    if (IsAt(path[0]->next[0], key)) return;
    Node* node = new Node{key, {}};
    for (int level = 0; level < HeightOf(key); ++level) {
      node->next[level] = path[level]->next[level];
      path[level]->next[level] = node;
    }
  }

  void Erase(uint64_t key) {
    const std::unique_lock lock(lock_);
    const Path path = FindPath(key);
    Node* node = path[0]->next[0];
    if (!IsAt(node, key)) return;
    for (int level = 0; level < HeightOf(key); ++level)
      path[level]->next[level] = node->next[level];
    delete node;
  }

  bool Contains(uint64_t key) const {
    const std::shared_lock lock(lock_);
    return IsAt(FindPath(key)[0]->next[0], key);
  }

  // The sum of up to `count` keys, the first of them `from` or the next after it.
  uint64_t SumFrom(uint64_t from, int count) const {
    const std::shared_lock lock(lock_);
    uint64_t sum = 0;
    const Node* node = FindPath(from)[0]->next[0];
    for (int i = 0; i < count && node != nullptr; ++i, node = node->next[0]) sum += node->key;
    return sum;
  }

  std::vector<uint64_t> Keys() const {
    const std::shared_lock lock(lock_);
    std::vector<uint64_t> keys;
    for (const Node* node = head_.next[0]; node != nullptr; node = node->next[0]) {
      keys.push_back(node->key);
    }
    return keys;
  }

 private:
  struct Node {
    uint64_t key;
    std::array<Node*, kMaxHeight> next;
  };
  using Path = std::array<Node*, kMaxHeight>;  // The last node before a key, on each level.

  static bool IsAt(const Node* node, uint64_t key) { return node != nullptr && node->key == key; }

  // One node in four reaches the next level.
  static int HeightOf(uint64_t key) {
    int height = 1;
    for (uint64_t bits = BenchScramble(key); height < kMaxHeight && bits % 4 == 0; bits /= 4) {
      ++height;
    }
    return height;
  }

  Path FindPath(uint64_t key) const {
    Path path;
    const Node* node = &head_;
    for (int level = kMaxHeight - 1; level >= 0; --level) {
      while (node->next[level] != nullptr && node->next[level]->key < key) node = node->next[level];
      path[level] = const_cast<Node*>(node);
    }
    return path;
  }

  mutable std::shared_mutex lock_;
  Node head_{};
};

struct Update {
  uint64_t key;
  bool is_insertion;
};

Update UpdateFrom(uint64_t random, int t, int threads, size_t keys) {
  return {random / 64 % keys * threads + t, random / 32 % 2 == 0};
}

void Work(SkipList& list, int t, int threads, size_t keys, size_t operations) {
  uint64_t seed = t + 1, sum = 0;
  for (size_t i = 0; i < operations; ++i) {
    const uint64_t random = BenchRandom(&seed);
    if (i % 10 == 0) {
      const Update update = UpdateFrom(random, t, threads, keys);
      if (update.is_insertion) {
        list.Insert(update.key);
      } else {
        list.Erase(update.key);
      }
    } else if (i % 10 == 5) {
      sum += list.SumFrom(random % (keys * threads), 20);
    } else {
      sum += list.Contains(random % (keys * threads));
    }
  }
  volatile uint64_t used = sum;
  (void)used;
}

std::set<uint64_t> Expected(int threads, size_t keys, size_t operations) {
  std::set<uint64_t> expected;
  for (int t = 0; t < threads; ++t) {
    uint64_t seed = t + 1;
    for (size_t i = 0; i < operations; ++i) {
      const Update update = UpdateFrom(BenchRandom(&seed), t, threads, keys);
      if (i % 10 != 0) continue;
      if (update.is_insertion) {
        expected.insert(update.key);
      } else {
        expected.erase(update.key);
      }
    }
  }
  return expected;
}

}  // namespace

int main(int argc, char** argv) {
  const BenchArgs args = BenchParseArgs(argc, argv);
  const size_t keys = 20'000 / args.threads;  // For each thread.
  const size_t operations = BenchScaled(args.scale, 3'600'000, 2000) / args.threads;
  SkipList list;
  bench::RunThreads(args.threads, [&](int t) { Work(list, t, args.threads, keys, operations); });
  const std::set<uint64_t> expected = Expected(args.threads, keys, operations);
  return BenchVerdict(list.Keys() == std::vector<uint64_t>(expected.begin(), expected.end()));
}
