// Joins and detaches of what cannot be joined or detached: reports, and an error for the program.
// EXPECT: join of the thread itself
// EXPECT: join of a thread that was joined or detached already
// EXPECT: join or detach of something that is no thread
// EXPECT: in JoinSelf(
// EXPECT: in JoinTwice(
// EXPECT: in JoinDetached(
// EXPECT: in JoinGarbage(
// EXPECT: in DetachTwice(
#include <pthread.h>

#include <cerrno>
#include <cstdlib>

#include "../unseen.h"

Unseen unseen;

void* Run(void*) { return nullptr; }
void* Stay(void*) {
  unseen.Await(1);
  return nullptr;
}

void Check(bool ok) {
  if (!ok) abort();
}

__attribute__((noinline)) void JoinSelf() {
  Check(pthread_join(pthread_self(), nullptr) == EDEADLK);
}

__attribute__((noinline)) void JoinTwice() {
  pthread_t thread;
  pthread_create(&thread, nullptr, Run, nullptr);
  Check(pthread_join(thread, nullptr) == 0);
  Check(pthread_join(thread, nullptr) != 0);
}

__attribute__((noinline)) void JoinDetached() {
  pthread_t thread;
  pthread_create(&thread, nullptr, Stay, nullptr);
  Check(pthread_detach(thread) == 0);
  Check(pthread_join(thread, nullptr) == EINVAL);
}

__attribute__((noinline)) void JoinGarbage() {
  int object[1024] = {};
  Check(pthread_join(reinterpret_cast<pthread_t>(&object), nullptr) == ESRCH);
  Check(pthread_join(0x1234, nullptr) == ESRCH);
  Check(pthread_join(0, nullptr) == ESRCH);
  Check(pthread_detach(~0ul) == ESRCH);
}

__attribute__((noinline)) void DetachTwice() {
  pthread_t thread;
  pthread_create(&thread, nullptr, Stay, nullptr);
  Check(pthread_detach(thread) == 0);
  Check(pthread_detach(thread) == EINVAL);
}

int main() {
  JoinSelf();
  JoinTwice();
  JoinDetached();
  JoinGarbage();
  DetachTwice();
  unseen.Reach(1);
}
