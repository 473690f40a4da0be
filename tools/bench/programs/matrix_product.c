// Dense matrix product C = A B in blocks; each thread computes a band of C's rows.
//
// The check is Freivalds': C x = A (B x) for a random x, exact since all numbers are small
// integers.
#include <math.h>
#include <pthread.h>
#include <string.h>

#include "tools/bench/programs/bench.h"

enum { kBlock = 48 };

typedef struct Product {
  const double *a, *b;
  double* c;
  size_t n;
} Product;

typedef struct Band {
  const Product* product;
  size_t begin, end;
} Band;

static size_t Min(size_t a, size_t b) { return a < b ? a : b; }

static void MultiplyBlock(const Product* p, size_t i0, size_t i1, size_t k0, size_t j0) {
  const size_t n = p->n, k1 = Min(k0 + kBlock, n), j1 = Min(j0 + kBlock, n);
  for (size_t i = i0; i < i1; ++i) {
    for (size_t k = k0; k < k1; ++k) {
      const double a = p->a[i * n + k];
      for (size_t j = j0; j < j1; ++j) p->c[i * n + j] += a * p->b[k * n + j];
    }
  }
}

static void* MultiplyBand(void* argument) {
  const Band* band = argument;
  const size_t n = band->product->n;
  for (size_t i = band->begin; i < band->end; i += kBlock) {
    for (size_t k = 0; k < n; k += kBlock) {
      for (size_t j = 0; j < n; j += kBlock) {
        MultiplyBlock(band->product, i, Min(i + kBlock, band->end), k, j);
      }
    }
  }
  return NULL;
}

static double* RandomMatrix(size_t rows, size_t columns, uint64_t seed) {
  double* m = malloc(rows * columns * sizeof(double));
  for (size_t i = 0; i < rows * columns; ++i) m[i] = (double)(BenchRandom(&seed) % 17) - 8;
  return m;
}

static void TimesVector(const double* m, const double* x, double* y, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    y[i] = 0;
    for (size_t j = 0; j < n; ++j) y[i] += m[i * n + j] * x[j];
  }
}

static int IsProduct(const Product* p) {
  const size_t n = p->n;
  double* x = RandomMatrix(n, 1, 3);
  double* bx = malloc(n * sizeof(double));
  double* abx = malloc(n * sizeof(double));
  double* cx = malloc(n * sizeof(double));
  TimesVector(p->b, x, bx, n);
  TimesVector(p->a, bx, abx, n);
  TimesVector(p->c, x, cx, n);
  const int right = memcmp(abx, cx, n * sizeof(double)) == 0;
  free(x);
  free(bx);
  free(abx);
  free(cx);
  return right;
}

int main(int argc, char** argv) {
  const BenchArgs args = BenchParseArgs(argc, argv);
  const size_t n = BenchScaled(cbrt(args.scale), 1400, 64);
  double* a = RandomMatrix(n, n, 1);
  double* b = RandomMatrix(n, n, 2);
  double* c = calloc(n * n, sizeof(double));
  const Product product = {a, b, c, n};
  pthread_t threads[kBenchMaxThreads];
  Band bands[kBenchMaxThreads];
  for (int t = 0; t < args.threads; ++t) {
    bands[t] = (Band){&product, n * t / args.threads, n * (t + 1) / args.threads};
    if (pthread_create(&threads[t], NULL, MultiplyBand, &bands[t]) != 0) return 1;
  }
  for (int t = 0; t < args.threads; ++t) pthread_join(threads[t], NULL);
  const int right = IsProduct(&product);
  free(a);
  free(b);
  free(c);
  return BenchVerdict(right);
}
