// Misuse of an annotated mutex is reported, once per mutex.
// EXPECT: unlock of an unlocked mutex
// EXPECT: destroy of a locked mutex
// EXPECT: double lock of a mutex
#include <sanitizer/tsan_interface.h>

struct Mutex {
  int state = 0;
};

int main() {
  Mutex unlocked, destroyed, locked_twice;
  __tsan_mutex_create(&unlocked, 0);
  __tsan_mutex_pre_unlock(&unlocked, 0);
  __tsan_mutex_post_unlock(&unlocked, 0);

  __tsan_mutex_create(&destroyed, 0);
  __tsan_mutex_pre_lock(&destroyed, 0);
  __tsan_mutex_post_lock(&destroyed, 0, 0);
  __tsan_mutex_destroy(&destroyed, 0);

  __tsan_mutex_create(&locked_twice, 0);
  for (int i = 0; i < 2; ++i) {
    __tsan_mutex_pre_lock(&locked_twice, 0);
    __tsan_mutex_post_lock(&locked_twice, 0, 0);
  }
}
