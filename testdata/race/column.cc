// FLAGS: -O2
// The elements of a matrix's column are checked at once before the loop; the reports name those
// that race.
// EXPECT: Write of size 4 at
// EXPECT: Previous read of size 4 at
// EXPECT: offset 1508,
// EXPECT: Read of size 8 at
// EXPECT: Previous write of size 8 at
// EXPECT: offset 2016,
#include <cstddef>
#include <thread>

#include "../unseen.h"

namespace {

constexpr std::size_t kRows = 100, kColumns = 5;
double summed[kRows][kColumns];
int set[kRows][kColumns];
Unseen unseen;

double SumOfColumn(std::size_t column) {
  double sum = 0;
  for (std::size_t row = 0; row < kRows; ++row) sum += summed[row][column];
  return sum;
}

void SetColumn(std::size_t column) {
  for (std::size_t row = 0; row < kRows; ++row) set[row][column] = 1;
}

}  // namespace

int main() {
  int seen = 0;
  std::thread other([&seen] {
    summed[50][2] = 1;
    seen = set[75][2];
    unseen.Reach(1);
  });
  unseen.Await(1);
  SetColumn(2);
  const double sum = SumOfColumn(2);
  other.join();
  return sum == 1 && seen < 2 ? 0 : 1;
}
