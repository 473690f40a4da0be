// Producers and consumers of small objects over one bounded queue with condition variables.
//
// The check: the consumers' totals are those of what was produced.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "tools/bench/programs/bench.h"
#include "tools/bench/programs/bounded_queue.h"
#include "tools/bench/programs/parallel.h"

namespace {

struct Order {
  uint64_t number;
  uint32_t amount;
  std::string customer;
};

uint32_t AmountOf(uint64_t number) { return BenchScramble(number) % 1000; }

std::string CustomerOf(uint64_t number) { return "customer " + std::to_string(number % 5000); }

struct Totals {
  uint64_t orders = 0, amount = 0, letters = 0;
  void Add(const Order& order) {
    ++orders;
    amount += order.amount;
    letters += order.customer.size();
  }
  bool operator==(const Totals&) const = default;
};

Order MakeOrder(uint64_t number) { return {number, AmountOf(number), CustomerOf(number)}; }

Totals Trade(size_t orders, int producers, int consumers) {
  bench::BoundedQueue<std::unique_ptr<Order>> queue(128);
  std::thread producing([&] {
    bench::RunThreads(producers, [&](int t) {
      const bench::Slice mine(orders, t, producers);
      for (size_t i = mine.begin; i < mine.end; ++i) {
        queue.Push(std::make_unique<Order>(MakeOrder(i)));
      }
    });
    queue.Close();
  });
  std::vector<Totals> totals(consumers);
  bench::RunThreads(consumers, [&](int t) {
    Totals mine;
    while (const std::optional<std::unique_ptr<Order>> order = queue.Pop()) mine.Add(**order);
    totals[t] = mine;
  });
  producing.join();
  Totals sum;
  for (const Totals& part : totals) {
    sum.orders += part.orders;
    sum.amount += part.amount;
    sum.letters += part.letters;
  }
  return sum;
}

}  // namespace

int main(int argc, char** argv) {
  const BenchArgs args = BenchParseArgs(argc, argv);
  const size_t orders = BenchScaled(args.scale, 2'500'000, 1000);
  Totals expected;
  for (size_t i = 0; i < orders; ++i) expected.Add(MakeOrder(i));
  const int producers = (args.threads + 1) / 2;
  return BenchVerdict(Trade(orders, producers, std::max(1, args.threads / 2)) == expected);
}
