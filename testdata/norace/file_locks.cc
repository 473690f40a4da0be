// Locks of open files: an unlock, or the close of the file, orders the next one's work. Each thread
// opens the file itself, as locks are between openings.
#include <assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "../unseen.h"

char path[] = "/tmp/hbsan-locks-XXXXXX";
int by_flock = 0, by_close = 0, by_description = 0;
Unseen unseen;

int Open() {
  const int fd = open(path, O_RDWR | O_CLOEXEC);
  assert(fd >= 0);
  return fd;
}

void SetDescriptionLock(int fd, short type) {
  struct flock lock = {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  assert(fcntl(fd, F_OFD_SETLKW, &lock) == 0);
}

void* First(void*) {
  const int fd = Open();
  assert(flock(fd, LOCK_EX) == 0);
  by_flock = 1;
  assert(flock(fd, LOCK_UN) == 0);
  SetDescriptionLock(fd, F_WRLCK);
  by_description = 1;
  SetDescriptionLock(fd, F_UNLCK);
  unseen.Reach(1);
  unseen.Await(2);
  assert(flock(fd, LOCK_EX) == 0);
  by_close = 1;
  unseen.Reach(3);
  close(fd);
  return nullptr;
}

int main() {
  close(mkstemp(path));
  pthread_t first;
  pthread_create(&first, nullptr, First, nullptr);
  unseen.Await(1);
  const int fd = Open();
  assert(flock(fd, LOCK_EX) == 0);
  ++by_flock;
  SetDescriptionLock(fd, F_WRLCK);
  ++by_description;
  assert(flock(fd, LOCK_UN) == 0);
  unseen.Reach(2);
  unseen.Await(3);
  assert(flock(fd, LOCK_EX) == 0);
  ++by_close;
  close(fd);
  pthread_join(first, nullptr);
  unlink(path);
  return by_flock + by_close + by_description == 6 ? 0 : 1;
}
