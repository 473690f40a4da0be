// Connections and datagrams between Unix sockets with names.
#include <assert.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

sockaddr_un address = {};
socklen_t size;
int before_connect = 0, before_send = 0, answer = 0;

sockaddr* Address() { return reinterpret_cast<sockaddr*>(&address); }

void* Connect(void*) {
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  before_connect = 1;
  assert(connect(fd, Address(), size) == 0);
  before_send = 1;
  char byte = 'x';
  assert(write(fd, &byte, 1) == 1);
  assert(read(fd, &byte, 1) == 1 && answer == 1);
  close(fd);
  return nullptr;
}

void* SendTo(void*) {
  const int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  before_send = 2;
  assert(sendto(fd, "y", 1, 0, Address(), size) == 1);
  close(fd);
  return nullptr;
}

int main() {
  // An abstract name, which leaves nothing behind.
  address.sun_family = AF_UNIX;
  const int length = snprintf(address.sun_path + 1, 80, "hbsan unix_socket %d", getpid());
  size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + length);

  const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  assert(bind(listener, Address(), size) == 0 && listen(listener, 1) == 0);
  pthread_t thread;
  pthread_create(&thread, nullptr, Connect, nullptr);
  const int fd = accept(listener, nullptr, nullptr);
  assert(before_connect == 1);
  char byte;
  assert(read(fd, &byte, 1) == 1 && before_send == 1);
  answer = 1;
  assert(write(fd, &byte, 1) == 1);
  pthread_join(thread, nullptr);
  close(fd);
  close(listener);

  const int receiver = socket(AF_UNIX, SOCK_DGRAM, 0);
  assert(bind(receiver, Address(), size) == 0);
  pthread_create(&thread, nullptr, SendTo, nullptr);
  assert(recv(receiver, &byte, 1, 0) == 1 && before_send == 2);
  pthread_join(thread, nullptr);
  close(receiver);
}
