// Order in time that the detector does not see: it forces which side comes first, and orders
// nothing in the sense of the language.
//
// Not instrumented, and made of the machine's own instructions: no hook, no interceptor.
#ifndef TESTDATA_UNSEEN_H_
#define TESTDATA_UNSEEN_H_

#include <sched.h>

class Unseen {
 public:
  // Everything up to `step` was done.
  __attribute__((no_sanitize("thread"), noinline)) void Reach(int step) {
    __atomic_store_n(&step_, step, __ATOMIC_SEQ_CST);
  }
  // Waits until somebody has reached `step`.
  __attribute__((no_sanitize("thread"), noinline)) void Await(int step) {
    while (__atomic_load_n(&step_, __ATOMIC_SEQ_CST) < step) sched_yield();
  }

 private:
  int step_ = 0;
};

#endif  // TESTDATA_UNSEEN_H_
