// A C program; one side is atomic, and the variable lies on main's stack.
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

// Order in time that the detector does not see, as in ../unseen.h.
static volatile int reached;
__attribute__((no_sanitize("thread"), noinline)) static void Reach(int step) { reached = step; }
__attribute__((no_sanitize("thread"), noinline)) static void Await(int step) {
  while (reached < step) sched_yield();
}

static void* Count(void* counter) {
  atomic_fetch_add((atomic_int*)counter, 1);
  Reach(1);
  Await(2);
  return NULL;
}

int main(void) {
  atomic_int counter = 0;
  pthread_t thread;
  pthread_create(&thread, NULL, Count, &counter);
  Await(1);
  *(int*)&counter = 7;
  Reach(2);
  pthread_join(thread, NULL);
  return 0;
}
