// Data that goes through a FIFO, and on into a pipe without passing through the program's memory.
#include <assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

char path[64];
int ends[2];
int data = 0;

void* Write(void*) {
  const int fd = open(path, O_WRONLY);
  data = 1;
  assert(write(fd, "x", 1) == 1);
  close(fd);
  return nullptr;
}

void* Forward(void*) {
  const int fd = open(path, O_RDONLY);
  assert(splice(fd, nullptr, ends[1], nullptr, 1, 0) == 1);
  close(fd);
  close(ends[1]);
  return nullptr;
}

int main() {
  snprintf(path, sizeof(path), "/tmp/hbsan_fifo_splice_%d", getpid());
  assert(mkfifo(path, 0600) == 0 && pipe(ends) == 0);
  pthread_t writer, forwarder;
  pthread_create(&writer, nullptr, Write, nullptr);
  pthread_create(&forwarder, nullptr, Forward, nullptr);
  char byte;
  assert(read(ends[0], &byte, 1) == 1);
  assert(read(ends[0], &byte, 1) == 0);
  assert(data == 1);
  pthread_join(writer, nullptr);
  pthread_join(forwarder, nullptr);
  unlink(path);
}
