// A cache that evicts the least recently used: a hash map into a list, under one mutex.
//
// The check: what the cache returns for a key is what is computed for it, it never grows beyond its
// capacity, and its list and map agree at the end.
#include <atomic>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "tools/bench/programs/bench.h"
#include "tools/bench/programs/parallel.h"

namespace {

class LruCache {
 public:
  explicit LruCache(size_t capacity) : capacity_(capacity) {}

  std::optional<std::string> Get(uint64_t key) {
    const std::lock_guard lock(mutex_);
    const auto place = index_.find(key);
    if (place == index_.end()) return std::nullopt;
    entries_.splice(entries_.begin(), entries_, place->second);
    return place->second->value;
  }

  void Put(uint64_t key, std::string value) {
    const std::lock_guard lock(mutex_);
    if (const auto place = index_.find(key); place != index_.end()) {
      place->second->value = std::move(value);
      return;
    }
    if (entries_.size() == capacity_) {
      index_.erase(entries_.back().key);
      entries_.pop_back();
    }
    entries_.push_front({key, std::move(value)});
    index_[key] = entries_.begin();
  }

  bool IsConsistent() {
    const std::lock_guard lock(mutex_);
    if (entries_.size() > capacity_ || entries_.size() != index_.size()) return false;
    for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
      const auto place = index_.find(entry->key);
      if (place == index_.end() || place->second != entry) return false;
    }
    return true;
  }

 private:
  struct Entry {
    uint64_t key;
    std::string value;
  };

  const size_t capacity_;
  std::mutex mutex_;
  std::list<Entry> entries_;  // The most recently used first.
  std::unordered_map<uint64_t, std::list<Entry>::iterator> index_;
};

std::string ValueOf(uint64_t key) { return "the value of key number " + std::to_string(key); }

// Small keys are asked for more often.
uint64_t NextKey(uint64_t& seed, size_t keys) {
  const uint64_t random = BenchRandom(&seed);
  return (random >> 32) % (random % keys + 1);
}

}  // namespace

int main(int argc, char** argv) {
  const BenchArgs args = BenchParseArgs(argc, argv);
  const size_t keys = 20'000;
  const size_t operations = BenchScaled(args.scale, 6'000'000, 1000) / args.threads;
  LruCache cache(keys / 4);
  std::atomic<bool> right{true};
  bench::RunThreads(args.threads, [&](int t) {
    uint64_t seed = t + 1;
    for (size_t i = 0; i < operations; ++i) {
      const uint64_t key = NextKey(seed, keys);
      const std::optional<std::string> value = cache.Get(key);
      if (!value.has_value()) {
        cache.Put(key, ValueOf(key));
      } else if (i % 16 == 0 && *value != ValueOf(key)) {
        right.store(false, std::memory_order_relaxed);
      }
    }
  });
  return BenchVerdict(right.load() && cache.IsConsistent());
}
