// What was done before a write to a pipe is done when a read returns its data; so is what was done
// before the close of the writing end, when a reader sees the end.
#include <assert.h>
#include <pthread.h>
#include <sys/uio.h>
#include <unistd.h>

int fds[2];
int data = 0, last = 0;

void* Write(void*) {
  const int out = dup(fds[1]);
  close(fds[1]);
  char bytes[2] = {'a', 'b'};
  const iovec parts[2] = {{&bytes[0], 1}, {&bytes[1], 1}};
  data = 1;
  assert(writev(out, parts, 2) == 2);
  last = 1;
  close(out);
  return nullptr;
}

int main() {
  assert(pipe(fds) == 0);
  pthread_t writer;
  pthread_create(&writer, nullptr, Write, nullptr);
  char bytes[2];
  assert(read(fds[0], bytes, 1) == 1 && data == 1);
  data = 2;
  assert(read(fds[0], bytes, 1) == 1);
  assert(read(fds[0], bytes, 1) == 0 && last == 1);
  close(fds[0]);
  pthread_join(writer, nullptr);
}
