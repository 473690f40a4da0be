// close(fd) comes before the call that hands out the same number again: the table that a program
// keeps by descriptor number needs no lock. Descriptors of calls that nobody intercepts are new
// ones, too.
#include <assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../unseen.h"

Unseen unseen;
int table[1024];

void* First(void*) {
  const int fd = open("/dev/null", O_RDONLY);
  table[fd] = 1;
  close(fd);
  unseen.Reach(1);
  return nullptr;
}

void* Second(void*) {
  unseen.Await(1);
  const int fd = open("/dev/null", O_RDONLY);
  table[fd] = 2;
  close(fd);
  unseen.Reach(2);
  return nullptr;
}

int main() {
  pthread_t first, second;
  pthread_create(&first, nullptr, First, nullptr);
  pthread_create(&second, nullptr, Second, nullptr);
  unseen.Await(2);
  const long fd = syscall(SYS_open, "/dev/null", O_RDONLY);
  char byte;
  assert(read(static_cast<int>(fd), &byte, 1) == 0);
  close(static_cast<int>(fd));
  pthread_join(first, nullptr);
  pthread_join(second, nullptr);
}
