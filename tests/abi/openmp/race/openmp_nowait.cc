// A loop without its implied barrier is not ordered before the next one.
// FLAGS: -fopenmp
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'values'
#include "../../../../testdata/unseen.h"

int values[2];
Unseen unseen;

int main() {
#pragma omp parallel num_threads(2)
  {
#pragma omp for nowait schedule(static, 1)
    for (int i = 0; i < 2; ++i) {
      values[i] = i;
      if (i == 1) unseen.Reach(1);
    }
#pragma omp for schedule(static, 1)
    for (int i = 0; i < 2; ++i) {
      if (i == 0) unseen.Await(1);
      values[1 - i] += 1;
    }
  }
}
