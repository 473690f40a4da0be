// The child of a vfork closes descriptors; what the parent's stand for stays known.
#include <assert.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

int poller, event;
int data = 0;

void* Register(void*) {
  data = 1;
  epoll_event registration = {};
  registration.events = EPOLLIN;
  epoll_ctl(poller, EPOLL_CTL_ADD, event, &registration);
  return nullptr;
}

int main() {
  poller = epoll_create1(0);
  event = eventfd(1, 0);
  const pid_t child = vfork();
  if (child == 0) {
    close(poller);
    close(event);
    _exit(0);
  }
  int status;
  assert(waitpid(child, &status, 0) == child && status == 0);
  pthread_t thread;
  pthread_create(&thread, nullptr, Register, nullptr);
  epoll_event reported;
  assert(epoll_wait(poller, &reported, 1, -1) == 1 && data == 1);
  pthread_join(thread, nullptr);
}
