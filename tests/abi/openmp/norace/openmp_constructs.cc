// What OpenMP's constructs order, as LLVM's Archer tells the detector.
// FLAGS: -fopenmp
#include <omp.h>

#include <cstdio>

namespace {

constexpr int kSize = 1000;
int values[kSize];

bool Loops() {
  int sum = 0;
#pragma omp parallel num_threads(4)
  {
#pragma omp for
    for (int i = 0; i < kSize; ++i) values[i] = i;
    // The loop's implied barrier orders it before this one, whoever wrote the elements.
#pragma omp for reduction(+ : sum)
    for (int i = 0; i < kSize; ++i) sum += values[kSize - 1 - i];
  }
  return sum == kSize * (kSize - 1) / 2;
}

bool Locks() {
  int in_critical = 0, in_lock = 0, in_single = 0;
  omp_lock_t lock;
  omp_init_lock(&lock);
#pragma omp parallel num_threads(4)
  {
#pragma omp critical
    ++in_critical;
    omp_set_lock(&lock);
    ++in_lock;
    omp_unset_lock(&lock);
#pragma omp single
    in_single = 1;
    // After single's implied barrier everybody may read it.
#pragma omp critical
    in_critical += in_single;
  }
  omp_destroy_lock(&lock);
  return in_critical == 8 && in_lock == 4;
}

bool Barriers() {
  int stage = 0, seen = 0;
#pragma omp parallel num_threads(4)
  {
#pragma omp master
    stage = 1;
#pragma omp barrier
#pragma omp atomic
    seen += stage;
#pragma omp barrier
#pragma omp master
    stage = 2;
  }
  return stage == 2 && seen == 4;
}

int Fibonacci(int n) {
  if (n < 2) return n;
  int a = 0, b = 0;
#pragma omp task shared(a)
  a = Fibonacci(n - 1);
#pragma omp task shared(b)
  b = Fibonacci(n - 2);
#pragma omp taskwait
  return a + b;
}

bool Tasks() {
  int result = 0, chained = 0;
#pragma omp parallel num_threads(4)
#pragma omp single
  {
    result = Fibonacci(10);
    for (int i = 0; i < 10; ++i) {
#pragma omp task depend(inout : chained) shared(chained)
      ++chained;
    }
#pragma omp taskwait
    ++chained;
  }
  return result == 55 && chained == 11;
}

}  // namespace

int main() {
  for (int round = 0; round < 5; ++round) {
    if (!Loops() || !Locks() || !Barriers() || !Tasks()) return 1;
  }
}
