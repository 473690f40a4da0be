// FLAGS: -O2
// A loop over every other element, which the compiler vectorizes, reads none of those between.
#include <array>
#include <cstddef>
#include <thread>

namespace {

constexpr std::size_t kElements = 1000;
std::array<int, 2 * kElements> elements;

int SumOfEven() {
  int sum = 0;
  for (std::size_t i = 0; i < kElements; ++i) sum += elements[2 * i];
  return sum;
}

void SetOdd() {
  for (std::size_t i = 0; i < kElements; ++i) elements[2 * i + 1] = 1;
}

}  // namespace

int main() {
  std::thread writer(SetOdd);
  const int sum = SumOfEven();
  writer.join();
  return sum;
}
