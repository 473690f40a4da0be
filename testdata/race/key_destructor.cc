// Destructors of thread-specific keys and of thread_local objects run in their thread.
// EXPECT: Location is global 'key_data'
// EXPECT: Location is global 'local_data'
#include <pthread.h>

#include "../unseen.h"

int key_data = 0;
int local_data = 0;
pthread_key_t key;
Unseen unseen;

struct Local {
  ~Local() { local_data = 1; }
};
thread_local Local local;

void* Run(void*) {
  (void)&local;
  pthread_setspecific(key, &key);
  return nullptr;
}

int main() {
  pthread_key_create(&key, [](void*) {
    key_data = 1;
    unseen.Reach(1);
  });
  pthread_t thread;
  pthread_create(&thread, nullptr, Run, nullptr);
  unseen.Await(1);
  local_data = 2;
  key_data = 2;
  pthread_join(thread, nullptr);
}
