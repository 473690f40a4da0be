// C11 threads: thrd_create → start, end → thrd_join; mtx_*, cnd_*, call_once, tss destructors.
#include <stdlib.h>
#include <threads.h>
#include <time.h>

mtx_t plain, timed, recursive;
cnd_t cond;
tss_t key;
once_flag once = ONCE_FLAG_INIT;
int ready, started, once_data, freed;

void Once(void) { once_data = 1; }

void FreeValue(void* p) {
  ++freed;  // before the end of the thread
  free(p);
}

struct timespec In60Seconds(void) {
  struct timespec deadline;
  timespec_get(&deadline, TIME_UTC);
  deadline.tv_sec += 60;
  return deadline;
}

int Waiter(void* argument) {
  tss_set(key, malloc(1));
  call_once(&once, Once);
  if (once_data != 1 || *(int*)argument != 7) return 1;
  const struct timespec deadline = In60Seconds();
  mtx_lock(&plain);
  while (ready == 0) cnd_wait(&cond, &plain);
  ready = 2;
  mtx_unlock(&plain);
  mtx_timedlock(&timed, &deadline);
  ++started;
  mtx_unlock(&timed);
  mtx_lock(&recursive);
  mtx_lock(&recursive);
  ++started;
  mtx_unlock(&recursive);
  mtx_unlock(&recursive);
  return 5;
}

int main(void) {
  mtx_init(&plain, mtx_plain);
  mtx_init(&timed, mtx_timed);
  mtx_init(&recursive, mtx_plain | mtx_recursive);
  cnd_init(&cond);
  tss_create(&key, FreeValue);
  int argument = 7;
  thrd_t thread;
  if (thrd_create(&thread, Waiter, &argument) != thrd_success) return 1;
  call_once(&once, Once);
  if (once_data != 1) return 2;
  mtx_lock(&plain);
  ready = 1;
  cnd_signal(&cond);
  mtx_unlock(&plain);
  const struct timespec past = {1, 0};
  mtx_lock(&plain);
  if (ready != 2 && cnd_timedwait(&cond, &plain, &past) != thrd_timedout) return 3;
  mtx_unlock(&plain);
  while (mtx_trylock(&timed) != thrd_success) thrd_yield();
  mtx_unlock(&timed);
  int result = 0;
  if (thrd_join(thread, &result) != thrd_success || result != 5) return 4;
  if (started != 2 || freed != 1) return 5;
  mtx_destroy(&plain);
  mtx_destroy(&timed);
  mtx_destroy(&recursive);
  cnd_destroy(&cond);
  tss_delete(key);
  return 0;
}
