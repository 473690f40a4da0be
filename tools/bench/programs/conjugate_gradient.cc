// Conjugate gradients on a sparse system: a Laplacian of a square grid in compressed rows.
//
// Threads own bands of rows; every dot product is a sum of one partial sum a thread, between two
// barriers. The check computes the residual b - A x from the grid, without the matrix.
#include <cmath>
#include <vector>

#include "tools/bench/programs/bench.h"
#include "tools/bench/programs/parallel.h"

namespace {

struct SparseMatrix {
  std::vector<size_t> row_begin{0};
  std::vector<uint32_t> column;
  std::vector<double> value;
};

// 4 u(i,j) minus its neighbours, plus 0.05 u(i,j): positive definite and well conditioned.
constexpr double kDiagonal = 4.05;

SparseMatrix GridLaplacian(size_t side) {
  SparseMatrix m;
  const auto add = [&m](size_t column, double value) {
    m.column.push_back(static_cast<uint32_t>(column));
    m.value.push_back(value);
  };
  for (size_t i = 0; i < side; ++i) {
    for (size_t j = 0; j < side; ++j) {
      const size_t self = i * side + j;
      if (i > 0) add(self - side, -1);
      if (j > 0) add(self - 1, -1);
      add(self, kDiagonal);
      if (j + 1 < side) add(self + 1, -1);
      if (i + 1 < side) add(self + side, -1);
      m.row_begin.push_back(m.column.size());
    }
  }
  return m;
}

class Solver {
 public:
  Solver(const SparseMatrix& matrix, const std::vector<double>& b, int threads)
      : matrix_(matrix),
        threads_(threads),
        barrier_(threads),
        partial_(threads),
        x_(b.size()),
        r_(b),
        p_(b),
        ap_(b.size()) {}

  // Called by every thread with its number.
  void Iterate(int t, int iterations) {
    const bench::Slice rows(x_.size(), t, threads_);
    double rr = Dot(t, rows, r_, r_);
    for (int k = 0; k < iterations && rr > 1e-24; ++k) {
      Multiply(rows);
      const double alpha = rr / Dot(t, rows, p_, ap_);
      for (size_t i = rows.begin; i < rows.end; ++i) {
        x_[i] += alpha * p_[i];
        r_[i] -= alpha * ap_[i];
      }
      const double next_rr = Dot(t, rows, r_, r_);
      const double beta = next_rr / rr;
      rr = next_rr;
      for (size_t i = rows.begin; i < rows.end; ++i) p_[i] = r_[i] + beta * p_[i];
      barrier_.Wait();
    }
  }

  const std::vector<double>& solution() const { return x_; }

 private:
  void Multiply(const bench::Slice& rows) {
    for (size_t i = rows.begin; i < rows.end; ++i) {
      double sum = 0;
      for (size_t k = matrix_.row_begin[i]; k < matrix_.row_begin[i + 1]; ++k) {
        sum += matrix_.value[k] * p_[matrix_.column[k]];
      }
      ap_[i] = sum;
    }
  }

  double Dot(int t, const bench::Slice& rows, const std::vector<double>& u,
             const std::vector<double>& v) {
    double sum = 0;
    for (size_t i = rows.begin; i < rows.end; ++i) sum += u[i] * v[i];
    partial_[t] = sum;
    barrier_.Wait();
    double total = 0;
    for (const double part : partial_) total += part;
    barrier_.Wait();
    return total;
  }

  const SparseMatrix& matrix_;
  const int threads_;
  bench::Barrier barrier_;
  std::vector<double> partial_;
  std::vector<double> x_, r_, p_, ap_;
};

// The largest component of b - A x.
double Residual(size_t side, const std::vector<double>& b, const std::vector<double>& x) {
  double worst = 0;
  for (size_t i = 0; i < side; ++i) {
    for (size_t j = 0; j < side; ++j) {
      const size_t self = i * side + j;
      double ax = kDiagonal * x[self];
      if (i > 0) ax -= x[self - side];
      if (j > 0) ax -= x[self - 1];
      if (j + 1 < side) ax -= x[self + 1];
      if (i + 1 < side) ax -= x[self + side];
      worst = std::max(worst, std::abs(b[self] - ax));
    }
  }
  return worst;
}

}  // namespace

int main(int argc, char** argv) {
  const BenchArgs args = BenchParseArgs(argc, argv);
  const size_t side = BenchScaled(std::sqrt(args.scale), 700, 24);
  std::vector<double> b(side * side);
  uint64_t seed = 1;
  for (double& component : b) component = static_cast<double>(BenchRandom(&seed) % 1000) / 1000;
  const SparseMatrix matrix = GridLaplacian(side);
  Solver solver(matrix, b, args.threads);
  bench::RunThreads(args.threads, [&solver](int t) { solver.Iterate(t, 120); });
  return BenchVerdict(Residual(side, b, solver.solution()) < 1e-6);
}
