// Memory that changes hands inside an annotated mutex's own code, where accesses and edges are
// ignored: what was done with it before is not held against its new owner.
#include <sanitizer/tsan_interface.h>

#include <thread>

#include "../unseen.h"

int mutex_state = 0;
int block = 0;
Unseen unseen;

int main() {
  std::thread first([] {
    block = 1;
    unseen.Reach(1);
  });
  std::thread second([] {
    unseen.Await(1);
    __tsan_mutex_pre_lock(&mutex_state, 0);
    block = 2;
    __tsan_mutex_post_lock(&mutex_state, 0, 0);
    block = 3;
    __tsan_mutex_pre_unlock(&mutex_state, 0);
    __tsan_mutex_post_unlock(&mutex_state, 0);
  });
  first.join();
  second.join();
}
