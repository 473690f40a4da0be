// A read-mostly table behind an atomic pointer: all threads look settings up; one of them publishes
// a changed copy now and then, and frees the old ones at the end.
//
// The check: every setting read is the one of the version it was read from, and versions never go
// back.
#include <atomic>
#include <memory>
#include <vector>

#include "tools/bench/programs/bench.h"
#include "tools/bench/programs/parallel.h"

namespace {

constexpr size_t kSettings = 512;

struct Setting {
  uint64_t name, value;
};

// Never changes after its construction.
class Table {
 public:
  explicit Table(uint64_t version) : version_(version), settings_(2 * kSettings) {
    for (uint64_t name = 1; name <= kSettings; ++name) *Find(name) = {name, ValueOf(name, version)};
  }

  uint64_t version() const { return version_; }
  uint64_t Get(uint64_t name) const { return const_cast<Table*>(this)->Find(name)->value; }

  static uint64_t ValueOf(uint64_t name, uint64_t version) { return name * 1000003 ^ version; }

 private:
  // The entry of `name`, or the free one for it: a hash table with linear probing.
  Setting* Find(uint64_t name) {
    size_t i = BenchScramble(name) % settings_.size();
    while (settings_[i].name != name && settings_[i].name != 0) i = (i + 1) % settings_.size();
    return &settings_[i];
  }

  const uint64_t version_;
  std::vector<Setting> settings_;
};

class Config {
 public:
  Config() { Publish(0); }

  // Called by one thread at a time.
  void Publish(uint64_t version) {
    tables_.push_back(std::make_unique<const Table>(version));
    current_.store(tables_.back().get(), std::memory_order_release);  // pairs with Current()
  }

  const Table& Current() const { return *current_.load(std::memory_order_acquire); }

 private:
  std::atomic<const Table*> current_{nullptr};
  std::vector<std::unique_ptr<const Table>> tables_;
};

bool Read(const Config& config, uint64_t& seed, uint64_t& version) {
  const Table& table = config.Current();
  if (table.version() < version) return false;
  version = table.version();
  const uint64_t random = BenchRandom(&seed);
  bool right = true;
  for (int i = 0; i < 4; ++i) {
    const uint64_t name = (random >> (16 * i)) % kSettings + 1;
    right = right && table.Get(name) == Table::ValueOf(name, version);
  }
  return right;
}

}  // namespace

int main(int argc, char** argv) {
  const BenchArgs args = BenchParseArgs(argc, argv);
  constexpr size_t kReadsPerVersion = 20'000;
  const size_t reads = BenchScaled(args.scale, 16'000'000, 1000) / args.threads;
  Config config;
  std::atomic<bool> right{true};
  bench::RunThreads(args.threads, [&](int t) {
    uint64_t seed = t + 1, version = 0;
    for (size_t i = 0; i < reads; ++i) {
      if (t == 0 && i % kReadsPerVersion == 0) config.Publish(i / kReadsPerVersion + 1);
      if (!Read(config, seed, version)) right.store(false, std::memory_order_relaxed);
    }
  });
  return BenchVerdict(right.load());
}
