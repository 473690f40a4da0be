// Two tasks without a dependence between them.
// FLAGS: -fopenmp
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'shared'
#include "../../../../testdata/unseen.h"

int shared = 0;
Unseen unseen;

int main() {
#pragma omp parallel num_threads(2)
#pragma omp single
  {
#pragma omp task
    {
      shared = 1;
      unseen.Reach(1);
    }
    // The other thread has run the task.
    unseen.Await(1);
    shared = 2;
#pragma omp taskwait
  }
}
