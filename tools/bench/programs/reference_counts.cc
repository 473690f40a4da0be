// Objects with an intrusive count of references, passed between threads through slots: each thread
// takes what is in a slot, reads it, and leaves a reference of its own.
//
// The check: objects stay whole as long as they are referenced, and each is destroyed once.
#include <array>
#include <atomic>
#include <mutex>
#include <utility>
#include <vector>

#include "tools/bench/programs/bench.h"
#include "tools/bench/programs/parallel.h"

namespace {

std::atomic<int64_t> live_objects{0};

class Document {
 public:
  explicit Document(uint64_t number) : number_(number) {
    for (size_t i = 0; i < words_.size(); ++i) words_[i] = BenchScramble(number + i);
    live_objects.fetch_add(1, std::memory_order_relaxed);
  }
  ~Document() {
    words_.fill(0);
    live_objects.fetch_sub(1, std::memory_order_relaxed);
  }
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  bool IsWhole(size_t word) const { return words_[word] == BenchScramble(number_ + word); }

  void AddReference() { references_.fetch_add(1, std::memory_order_relaxed); }
  void DropReference() {
    // The last holder must see what the others did with the object before it is destroyed.
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

  static constexpr size_t kWords = 8;

 private:
  std::atomic<int> references_{1};
  const uint64_t number_;
  std::array<uint64_t, kWords> words_;
};

class Reference {
 public:
  Reference() = default;
  explicit Reference(uint64_t number) : document_(new Document(number)) {}
  Reference(const Reference& other) : document_(other.document_) {
    if (document_ != nullptr) document_->AddReference();
  }
  Reference(Reference&& other) noexcept : document_(std::exchange(other.document_, nullptr)) {}
  Reference& operator=(Reference other) noexcept {
    std::swap(document_, other.document_);
    return *this;
  }
  ~Reference() {
    if (document_ != nullptr) document_->DropReference();
  }
  const Document* operator->() const { return document_; }
  explicit operator bool() const { return document_ != nullptr; }

 private:
  Document* document_ = nullptr;
};

struct Slot {
  std::mutex mutex;
  Reference reference;
};

bool Work(std::vector<Slot>& slots, int t, size_t rounds) {
  uint64_t seed = t + 1;
  std::array<Reference, 16> held;
  bool right = true;
  for (size_t i = 0; i < rounds; ++i) {
    const uint64_t random = BenchRandom(&seed);
    Slot& slot = slots[random % slots.size()];
    Reference& mine = held[i % held.size()];
    if (!mine || random >> 61 == 0) mine = Reference(random);
    Reference offered = mine;
    {
      const std::lock_guard lock(slot.mutex);
      std::swap(slot.reference, offered);
    }
    if (offered) {
      right = right && offered->IsWhole(random / 4096 % Document::kWords);
      mine = std::move(offered);
    }
  }
  return right;
}

}  // namespace

int main(int argc, char** argv) {
  const BenchArgs args = BenchParseArgs(argc, argv);
  const size_t rounds = BenchScaled(args.scale, 30'000'000, 1000) / args.threads;
  std::atomic<bool> right{true};
  {
    std::vector<Slot> slots(1024);
    bench::RunThreads(args.threads, [&](int t) {
      if (!Work(slots, t, rounds)) right.store(false, std::memory_order_relaxed);
    });
  }
  return BenchVerdict(right.load() && live_objects.load() == 0);
}
