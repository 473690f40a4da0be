// Order in time that the detector does not see: it forces which side comes first, and orders
// nothing in the sense of the language.
//
// Not instrumented, and made of volatile accesses: atomic ones are instrumented even where
// no_sanitize forbids the rest.
#ifndef TESTDATA_UNSEEN_H_
#define TESTDATA_UNSEEN_H_

#include <sched.h>

class Unseen {
 public:
  // Everything up to `step` was done.
  __attribute__((no_sanitize("thread"), noinline)) void Reach(int step) {
    asm volatile("" ::: "memory");
    step_ = step;
  }
  // Waits until somebody has reached `step`.
  __attribute__((no_sanitize("thread"), noinline)) void Await(int step) {
    while (step_ < step) sched_yield();
    asm volatile("" ::: "memory");
  }

 private:
  volatile int step_ = 0;
};

#endif  // TESTDATA_UNSEEN_H_
