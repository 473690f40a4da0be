// Jacobi's iteration on a square grid: each point becomes the mean of its four neighbours, with a
// barrier between the steps.
//
// The start is an eigenvector of the iteration, sin(pi x) sin(pi y), so that the check knows the
// result: that vector times cos(pi h) to the power of the number of steps.
#include <cmath>
#include <numbers>
#include <vector>

#include "tools/bench/programs/bench.h"
#include "tools/bench/programs/parallel.h"

namespace {

class Grid {
 public:
  explicit Grid(size_t side) : side_(side), values_(side * side) {}
  double* Row(size_t i) { return &values_[i * side_]; }
  const double* Row(size_t i) const { return &values_[i * side_]; }

 private:
  size_t side_;
  std::vector<double> values_;
};

double Start(size_t side, size_t i, size_t j) {
  const double h = std::numbers::pi / static_cast<double>(side - 1);
  return std::sin(h * static_cast<double>(i)) * std::sin(h * static_cast<double>(j));
}

void Step(const Grid& from, Grid& to, size_t side, const bench::Slice& rows) {
  for (size_t i = rows.begin + 1; i < rows.end + 1; ++i) {
    const double *above = from.Row(i - 1), *here = from.Row(i), *below = from.Row(i + 1);
    double* out = to.Row(i);
    for (size_t j = 1; j + 1 < side; ++j) {
      out[j] = 0.25 * (above[j] + below[j] + here[j - 1] + here[j + 1]);
    }
  }
}

bool IsRight(const Grid& grid, size_t side, int steps) {
  const double h = std::numbers::pi / static_cast<double>(side - 1);
  const double factor = std::pow(std::cos(h), steps);
  for (size_t i = 1; i + 1 < side; i += 7) {
    for (size_t j = 1; j + 1 < side; j += 5) {
      if (std::abs(grid.Row(i)[j] - factor * Start(side, i, j)) > 1e-9) return false;
    }
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const BenchArgs args = BenchParseArgs(argc, argv);
  const size_t side = BenchScaled(std::sqrt(args.scale), 1400, 34);
  const int steps = 300;
  Grid even(side), odd(side);
  for (size_t i = 1; i + 1 < side; ++i) {
    for (size_t j = 1; j + 1 < side; ++j) even.Row(i)[j] = Start(side, i, j);
  }
  bench::Barrier barrier(args.threads);
  bench::RunThreads(args.threads, [&](int t) {
    const bench::Slice rows(side - 2, t, args.threads);
    for (int step = 0; step < steps; ++step) {
      if (step % 2 == 0) {
        Step(even, odd, side, rows);
      } else {
        Step(odd, even, side, rows);
      }
      barrier.Wait();
    }
  });
  return BenchVerdict(IsRight(steps % 2 == 0 ? even : odd, side, steps));
}
