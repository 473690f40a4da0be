// Locks that belong to the process (F_SETLK, lockf) keep its threads from nothing, and order
// nothing.
// EXPECT: data race
// EXPECT: file_locks_of_the_process.cc:25
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "../unseen.h"

char path[] = "/tmp/hbsan-locks-XXXXXX";
int counter = 0;
Unseen unseen;

void SetLock(int fd, short type) {
  struct flock lock = {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  fcntl(fd, F_SETLKW, &lock);
}

void Count(int fd) {
  SetLock(fd, F_WRLCK);
  ++counter;
  SetLock(fd, F_UNLCK);
  lockf(fd, F_LOCK, 0);
  lockf(fd, F_ULOCK, 0);
}

void* Run(void* fd) {
  Count(*static_cast<int*>(fd));
  unseen.Reach(1);
  return nullptr;
}

int main() {
  int fd = mkstemp(path);
  int second = open(path, O_RDWR);
  pthread_t thread;
  pthread_create(&thread, nullptr, Run, &fd);
  unseen.Await(1);
  Count(second);
  pthread_join(thread, nullptr);
  unlink(path);
}
