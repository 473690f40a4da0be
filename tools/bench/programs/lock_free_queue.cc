// A bounded queue of atomics for many producers and consumers, each slot with a sequence number
// (Vyukov's design), passing small structs.
//
// The check: each item arrives once and whole.
#include <atomic>
#include <thread>
#include <vector>

#include "tools/bench/programs/bench.h"
#include "tools/bench/programs/parallel.h"

namespace {

struct Item {
  uint64_t number, scrambled;
};

class LockFreeQueue {
 public:
  // `capacity` is a power of two.
  explicit LockFreeQueue(size_t capacity) : mask_(capacity - 1), slots_(capacity) {
    for (size_t i = 0; i < capacity; ++i) slots_[i].turn.store(i, std::memory_order_relaxed);
  }

  bool TryPush(const Item& item) {
    size_t position = tail_.load(std::memory_order_relaxed);
    while (true) {
      Slot& slot = slots_[position & mask_];
      const size_t turn = slot.turn.load(std::memory_order_acquire);  // pairs with TryPop's release
      if (turn < position) return false;
      if (turn > position) {
        position = tail_.load(std::memory_order_relaxed);
      } else if (tail_.compare_exchange_weak(position, position + 1, std::memory_order_relaxed)) {
        slot.item = item;
        slot.turn.store(position + 1, std::memory_order_release);
        return true;
      }
    }
  }

  bool TryPop(Item& item) {
    size_t position = head_.load(std::memory_order_relaxed);
    while (true) {
      Slot& slot = slots_[position & mask_];
      const size_t turn =
          slot.turn.load(std::memory_order_acquire);  // pairs with TryPush's release
      if (turn < position + 1) return false;
      if (turn > position + 1) {
        position = head_.load(std::memory_order_relaxed);
      } else if (head_.compare_exchange_weak(position, position + 1, std::memory_order_relaxed)) {
        item = slot.item;
        slot.turn.store(position + mask_ + 1, std::memory_order_release);
        return true;
      }
    }
  }

 private:
  struct Slot {
    std::atomic<size_t> turn;  // The position that may use it; one more: its item may be taken.
    Item item;
  };

  const size_t mask_;
  std::vector<Slot> slots_;
  alignas(64) std::atomic<size_t> tail_{0};
  alignas(64) std::atomic<size_t> head_{0};
};

struct Received {
  uint64_t sum = 0;
  bool whole = true;
};

// Every thread produces its share and takes an item when there is no room, and at the end.
Received Exchange(LockFreeQueue& queue, const bench::Slice& mine, std::atomic<size_t>& left) {
  Received received;
  size_t next = mine.begin;
  Item item;
  while (left.load(std::memory_order_relaxed) > 0) {
    int pushed = 0;
    while (next < mine.end && pushed < 8 && queue.TryPush({next, BenchScramble(next)})) {
      ++next;
      ++pushed;
    }
    size_t taken = 0;
    while (taken < 8 && queue.TryPop(item)) {
      ++taken;
      received.sum += item.number;
      received.whole = received.whole && item.scrambled == BenchScramble(item.number);
    }
    if (taken > 0) left.fetch_sub(taken, std::memory_order_relaxed);
    if (taken == 0 && pushed == 0) std::this_thread::yield();
  }
  return received;
}

}  // namespace

int main(int argc, char** argv) {
  const BenchArgs args = BenchParseArgs(argc, argv);
  const size_t items = BenchScaled(args.scale, 80'000'000, 1000);
  LockFreeQueue queue(1024);
  std::atomic<size_t> left{items};
  std::vector<Received> received(args.threads);
  bench::RunThreads(args.threads, [&](int t) {
    received[t] = Exchange(queue, bench::Slice(items, t, args.threads), left);
  });
  uint64_t sum = 0;
  bool right = true;
  for (const Received& part : received) {
    sum += part.sum;
    right = right && part.whole;
  }
  return BenchVerdict(right && sum == static_cast<uint64_t>(items) * (items - 1) / 2);
}
