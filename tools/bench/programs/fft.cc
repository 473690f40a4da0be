// Fast Fourier transform of complex numbers: iterative, radix 2, the butterflies of each stage
// shared among the threads, with a barrier between the stages.
//
// The check compares a few frequencies with sums taken directly, and the inverse with the input.
#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <vector>

#include "tools/bench/programs/bench.h"
#include "tools/bench/programs/parallel.h"

namespace {

// Not std::complex: its product tests for infinities.
struct Complex {
  double re = 0, im = 0;
};

Complex operator+(Complex a, Complex b) { return {a.re + b.re, a.im + b.im}; }
Complex operator-(Complex a, Complex b) { return {a.re - b.re, a.im - b.im}; }
Complex operator*(Complex a, Complex b) {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

Complex UnitRoot(size_t k, size_t n) {
  const double angle = -2 * std::numbers::pi * static_cast<double>(k % n) / static_cast<double>(n);
  return {std::cos(angle), std::sin(angle)};
}

class Transform {
 public:
  Transform(size_t n, int threads) : n_(n), threads_(threads), barrier_(threads), roots_(n / 2) {
    for (size_t k = 0; k < n / 2; ++k) roots_[k] = UnitRoot(k, n);
  }

  // Transforms `data` in place; called by every thread with its number.
  void Run(int t, std::vector<Complex>& data) {
    ReverseBits(t, data);
    for (size_t half = 1; half < n_; half *= 2) {
      barrier_.Wait();
      Stage(t, data, half);
    }
    barrier_.Wait();
  }

  // The inverse is the transform between two conjugations, divided by n.
  void RunInverse(int t, std::vector<Complex>& data) {
    const bench::Slice mine(n_, t, threads_);
    for (size_t i = mine.begin; i < mine.end; ++i) data[i].im = -data[i].im;
    barrier_.Wait();
    Run(t, data);
    const double scale = 1 / static_cast<double>(n_);
    for (size_t i = mine.begin; i < mine.end; ++i) {
      data[i] = {data[i].re * scale, -data[i].im * scale};
    }
    barrier_.Wait();
  }

 private:
  // Only the smaller of a pair of indices swaps it.
  void ReverseBits(int t, std::vector<Complex>& data) {
    const int bits = std::countr_zero(n_);
    const bench::Slice mine(n_, t, threads_);
    for (size_t i = mine.begin; i < mine.end; ++i) {
      size_t reversed = 0;
      for (int b = 0; b < bits; ++b) reversed |= ((i >> b) & 1) << (bits - 1 - b);
      if (i < reversed) std::swap(data[i], data[reversed]);
    }
  }

  // Butterfly number u combines the elements `low` and `low + half`.
  void Stage(int t, std::vector<Complex>& data, size_t half) {
    const bench::Slice mine(n_ / 2, t, threads_);
    const size_t stride = n_ / (2 * half);
    for (size_t u = mine.begin; u < mine.end;) {
      const size_t first = u % half, count = std::min(half - first, mine.end - u);
      Complex* low = &data[u / half * 2 * half + first];
      Complex* high = low + half;
      for (size_t k = 0; k < count; ++k) {
        const Complex turned = roots_[(first + k) * stride] * high[k];
        high[k] = low[k] - turned;
        low[k] = low[k] + turned;
      }
      u += count;
    }
  }

  const size_t n_;
  const int threads_;
  bench::Barrier barrier_;
  std::vector<Complex> roots_;
};

bool Near(Complex a, Complex b, double tolerance) {
  return std::abs(a.re - b.re) < tolerance && std::abs(a.im - b.im) < tolerance;
}

bool HasFrequency(const std::vector<Complex>& input, const std::vector<Complex>& output, size_t k) {
  const size_t n = input.size();
  Complex sum;
  for (size_t i = 0; i < n; ++i) sum = sum + input[i] * UnitRoot(i * k, n);
  return Near(sum, output[k], 1e-6);
}

}  // namespace

int main(int argc, char** argv) {
  const BenchArgs args = BenchParseArgs(argc, argv);
  const size_t n = std::bit_floor(BenchScaled(args.scale, 1 << 20, 1 << 10));
  std::vector<Complex> input(n);
  uint64_t seed = 1;
  for (Complex& x : input) {
    x.re = static_cast<double>(BenchRandom(&seed) % 1000) / 1000;
    x.im = static_cast<double>(BenchRandom(&seed) % 1000) / 1000;
  }
  Transform transform(n, args.threads);
  std::vector<Complex> data = input;
  bench::RunThreads(args.threads, [&](int t) { transform.Run(t, data); });
  bool right = true;
  for (const size_t k : {size_t{0}, n / 3, n - 1}) right = right && HasFrequency(input, data, k);

  bench::RunThreads(args.threads, [&](int t) {
    transform.RunInverse(t, data);
    for (int round = 0; round < 3; ++round) {
      transform.Run(t, data);
      transform.RunInverse(t, data);
    }
  });
  for (size_t i = 0; i < n; ++i) right = right && Near(data[i], input[i], 1e-9);
  return BenchVerdict(right);
}
