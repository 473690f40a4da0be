// What descriptors do not order: another pipe, a write after the one whose data was read, the own
// end of a socket pair, readiness alone, another epoll registration. EXPECT: 'other_pipe' EXPECT:
// 'after_write' EXPECT: 'own_end' EXPECT: 'only_ready' EXPECT: 'other_registration'
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../unseen.h"

Unseen unseen;
int a[2], b[2], sockets[2], ready[2], idle[2], poller, event;
int other_pipe = 0, after_write = 0, own_end = 0, only_ready = 0, other_registration = 0;

void Register(int fd) {
  epoll_event registration = {};
  registration.events = EPOLLIN;
  registration.data.fd = fd;
  epoll_ctl(poller, EPOLL_CTL_ADD, fd, &registration);
}

void* Write(void*) {
  other_pipe = own_end = only_ready = other_registration = 1;
  (void)!write(a[1], "x", 1);
  after_write = 1;
  (void)!write(sockets[0], "x", 1);
  (void)!write(ready[1], "x", 1);
  Register(idle[0]);
  unseen.Reach(1);
  return nullptr;
}

int main() {
  (void)!pipe(a);
  (void)!pipe(b);
  (void)!pipe(ready);
  (void)!pipe(idle);
  (void)!socketpair(AF_UNIX, SOCK_STREAM, 0, sockets);
  poller = epoll_create1(0);
  event = eventfd(1, 0);
  (void)!write(b[1], "y", 1);
  (void)!write(sockets[1], "y", 1);
  pthread_t writer;
  pthread_create(&writer, nullptr, Write, nullptr);
  unseen.Await(1);
  char byte;
  (void)!read(b[0], &byte, 1);
  other_pipe = 2;
  (void)!read(sockets[0], &byte, 1);
  own_end = 2;
  pollfd poll_ready = {ready[0], POLLIN, 0};
  poll(&poll_ready, 1, -1);
  only_ready = 2;
  Register(event);
  epoll_event reported = {};
  epoll_wait(poller, &reported, 1, -1);
  other_registration = 2;
  (void)!read(a[0], &byte, 1);
  after_write = 2;
  pthread_join(writer, nullptr);
}
