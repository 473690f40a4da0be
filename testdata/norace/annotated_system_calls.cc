// System calls made without libc's functions order what libc's functions would order, when the
// program annotates them: data through a pipe, and a descriptor's number from its close to its
// reuse.
#include <assert.h>
#include <pthread.h>
#include <sanitizer/linux_syscall_hooks.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

int fds[2];
int data = 0, more = 0;
char last;

long Write(int fd, const void* bytes, size_t size) {
  __sanitizer_syscall_pre_write(fd, bytes, size);
  const long n = syscall(SYS_write, fd, bytes, size);
  __sanitizer_syscall_post_write(n, fd, bytes, size);
  return n;
}

long Writev(int fd, const iovec* parts, int count) {
  __sanitizer_syscall_pre_writev(fd, parts, count);
  const long n = syscall(SYS_writev, fd, parts, count);
  __sanitizer_syscall_post_writev(n, fd, parts, count);
  return n;
}

long Read(int fd, void* bytes, size_t size) {
  __sanitizer_syscall_pre_read(fd, bytes, size);
  const long n = syscall(SYS_read, fd, bytes, size);
  __sanitizer_syscall_post_read(n, fd, bytes, size);
  return n;
}

long Readv(int fd, const iovec* parts, int count) {
  __sanitizer_syscall_pre_readv(fd, parts, count);
  const long n = syscall(SYS_readv, fd, parts, count);
  __sanitizer_syscall_post_readv(n, fd, parts, count);
  return n;
}

void Close(int fd) {
  __sanitizer_syscall_pre_close(fd);
  const long result = syscall(SYS_close, fd);
  __sanitizer_syscall_post_close(result, fd);
}

void* Send(void*) {
  data = 1;
  assert(Write(fds[1], "a", 1) == 1);
  more = 1;
  last = 'b';
  const iovec part = {&last, 1};
  assert(Writev(fds[1], &part, 1) == 1);
  Close(fds[1]);
  return nullptr;
}

int main() {
  assert(pipe(fds) == 0);
  pthread_t sender;
  pthread_create(&sender, nullptr, Send, nullptr);
  char byte;
  assert(Read(fds[0], &byte, 1) == 1 && byte == 'a' && data == 1);
  const iovec part = {&byte, 1};
  assert(Readv(fds[0], &part, 1) == 1 && byte == 'b' && more == 1);
  last = 'c';
  assert(Read(fds[0], &byte, 1) == 0);
  const int reused = dup(fds[0]);
  assert(reused == fds[1]);
  Close(reused);
  Close(fds[0]);
  __sanitizer_syscall_pre_getpid();
  const long pid = syscall(SYS_getpid);
  __sanitizer_syscall_post_getpid(pid);
  pthread_join(sender, nullptr);
}
