// What was done before data was written to a file is done when it is read, also through another
// opening of the file, after the writer closed it, and through stdio.
#include <assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

char path[] = "/tmp/hbsan_file_contents_XXXXXX";
int first = 0, second = 0;

void* Write(void*) {
  const int fd = open(path, O_WRONLY);
  first = 1;
  assert(write(fd, "a", 1) == 1);
  close(fd);
  return nullptr;
}

void* Print(void*) {
  FILE* file = fopen(path, "a");
  second = 1;
  fprintf(file, "%s\n", "line");
  fclose(file);
  return nullptr;
}

int main() {
  const int fd = mkstemp(path);
  assert(fd >= 0);
  pthread_t thread;
  pthread_create(&thread, nullptr, Write, nullptr);
  char byte;
  while (pread(fd, &byte, 1, 0) != 1) sched_yield();
  assert(first == 1);
  pthread_join(thread, nullptr);
  pthread_create(&thread, nullptr, Print, nullptr);
  char line[16] = "";
  for (;;) {
    FILE* file = fopen(path, "r");
    assert(fgetc(file) == 'a');
    const bool done = fgets(line, sizeof(line), file) != nullptr;
    fclose(file);
    if (done) break;
    sched_yield();
  }
  assert(second == 1);
  pthread_join(thread, nullptr);
  unlink(path);
  close(fd);
}
