// What the code around a racing access keeps in registers, vector registers too, is there after the
// report: the program would fail otherwise.
// EXPECT: Previous write of size 8
#include <cstdlib>
#include <thread>

#include "../unseen.h"

Unseen unseen;
volatile long shared[64];

using Vector = double __attribute__((vector_size(32)));

template <typename Number>
__attribute__((always_inline)) inline void Mix(const Number* numbers, Number* results) {
  Number a = numbers[0], b = numbers[1], c = numbers[2], d = numbers[3], e = numbers[4];
  for (int i = 0; i < 64; ++i) {
    a += b;
    c += a;
    shared[i] = i;
    d += c;
    e += d - b;
  }
  results[0] = a;
  results[1] = c;
  results[2] = d;
  results[3] = e;
}

__attribute__((noinline)) void MixNumbers(const double* numbers, double* results) {
  Mix(numbers, results);
}
__attribute__((noinline, target("avx"))) void MixVectors(const Vector* numbers, Vector* results) {
  Mix(numbers, results);
}

void Check() {
  double numbers[5], expected[4];
  for (int i = 0; i < 5; ++i) numbers[i] = i + 1;
  MixNumbers(numbers, expected);
  if (expected[0] != 129 || expected[3] != 1585093) std::abort();
  if (!__builtin_cpu_supports("avx")) return;
  Vector vectors[5], results[4];
  for (int i = 0; i < 5; ++i) vectors[i] = Vector{1, 2, 3, 4} * (i + 1.0);
  MixVectors(vectors, results);
  for (int i = 0; i < 4; ++i) {
    for (int lane = 0; lane < 4; ++lane) {
      if (results[i][lane] != expected[i] * (lane + 1)) std::abort();
    }
  }
}

int main() {
  std::thread first([] {
    Check();
    unseen.Reach(1);
  });
  std::thread second([] {
    unseen.Await(1);
    Check();
  });
  first.join();
  second.join();
}
