// The unlock of a mutex that nobody holds.
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void Release(void) { pthread_mutex_unlock(&mutex); }

int main(void) {
  pthread_mutex_lock(&mutex);
  Release();
  Release();
  return 0;
}
