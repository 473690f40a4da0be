// The close of a descriptor races with its use by a thread that nothing orders before it.
// EXPECT: Close of
// EXPECT: Previous use of
// EXPECT: file descriptor
// EXPECT: Send(
#include <pthread.h>
#include <unistd.h>

#include "../unseen.h"

Unseen unseen;
int fds[2];

__attribute__((noinline)) void Send(int fd) { (void)!write(fd, "x", 1); }

void* Use(void*) {
  Send(fds[1]);
  unseen.Reach(1);
  return nullptr;
}

int main() {
  (void)!pipe(fds);
  pthread_t user;
  pthread_create(&user, nullptr, Use, nullptr);
  unseen.Await(1);
  close(fds[1]);
  pthread_join(user, nullptr);
}
