// Blocks of OpenMP's own allocators, which go from a thread to another without an edge.
// FLAGS: -fopenmp
#include <omp.h>

#include "../../../../testdata/unseen.h"

namespace {

// More than the runtime keeps of another thread's blocks before it gives them back.
constexpr int kBlocks = 64;

int written[kBlocks];
Unseen unseen;

// The second thread runs what the first makes: a task that has started tells that those before it
// are over.
void Tasks() {
#pragma omp parallel num_threads(2)
#pragma omp single
  for (int i = 0; i < kBlocks; ++i) {
#pragma omp task firstprivate(i)
    {
      written[i] = i;
      unseen.Reach(i + 1);
    }
    unseen.Await(i + 1);
  }
}

// The second thread gives each block back.
void Blocks() {
  int* blocks[kBlocks + 1] = {};
  Unseen freed;
#pragma omp parallel num_threads(2)
  for (int i = 1; i <= kBlocks; ++i) {
    if (omp_get_thread_num() == 0) {
      int* mine = static_cast<int*>(i % 2 == 0 ? omp_alloc(64, omp_default_mem_alloc)
                                               : omp_calloc(16, 4, omp_default_mem_alloc));
      *mine = i;
#pragma omp atomic write release
      blocks[i] = mine;
      freed.Await(i);
    } else {
      int* theirs = nullptr;
      while (theirs == nullptr) {
#pragma omp atomic read acquire
        theirs = blocks[i];
      }
      *theirs += 1;
      omp_free(theirs, omp_default_mem_alloc);
      freed.Reach(i);
    }
  }
}

}  // namespace

int main() {
  Tasks();
  Blocks();
}
