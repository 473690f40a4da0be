// Both directions of a socket pair order.
#include <assert.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <initializer_list>

int fds[2];
int request = 0, answer = 0;

void* Serve(void*) {
  char byte;
  assert(recv(fds[1], &byte, 1, 0) == 1 && request == 1);
  answer = 2;
  assert(send(fds[1], &byte, 1, 0) == 1);
  return nullptr;
}

int main() {
  for (const int type : {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET}) {
    assert(socketpair(AF_UNIX, type, 0, fds) == 0);
    pthread_t server;
    pthread_create(&server, nullptr, Serve, nullptr);
    request = 1;
    char byte = 'x';
    assert(write(fds[0], &byte, 1) == 1);
    assert(read(fds[0], &byte, 1) == 1 && answer == 2);
    pthread_join(server, nullptr);
    close(fds[0]);
    close(fds[1]);
    request = answer = 0;
  }
}
