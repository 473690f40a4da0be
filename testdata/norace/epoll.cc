// What was done before epoll_ctl is done when epoll_wait reports the registration.
#include <assert.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <initializer_list>

struct Connection {
  int fd;
  int state;
};

int poller;

void* Register(void* argument) {
  auto* connection = static_cast<Connection*>(argument);
  connection->state = 1;
  epoll_event event = {};
  event.events = EPOLLIN | EPOLLONESHOT;
  event.data.ptr = connection;
  assert(epoll_ctl(poller, EPOLL_CTL_ADD, connection->fd, &event) == 0);
  return nullptr;
}

void* Rearm(void* argument) {
  auto* connection = static_cast<Connection*>(argument);
  epoll_event event = {};
  event.events = EPOLLIN;
  event.data.ptr = connection;
  connection->state = 3;
  assert(epoll_ctl(poller, EPOLL_CTL_MOD, connection->fd, &event) == 0);
  return nullptr;
}

int main() {
  poller = epoll_create1(0);
  auto* connection = new Connection{eventfd(1, 0), 0};
  for (auto* run : {Register, Rearm}) {
    pthread_t thread;
    pthread_create(&thread, nullptr, run, connection);
    epoll_event event;
    assert(epoll_wait(poller, &event, 1, -1) == 1);
    auto* reported = static_cast<Connection*>(event.data.ptr);
    assert(reported->state == (run == Register ? 1 : 3));
    reported->state = 2;
    pthread_join(thread, nullptr);
  }
  close(connection->fd);
  close(poller);
  delete connection;
}
