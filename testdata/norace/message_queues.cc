// A message carries order from its sender to its receiver: POSIX queues and System V ones. A
// queue's notification knows what its registration and the message's sender knew.
#include <assert.h>
#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <unistd.h>

mqd_t posix;
int system_v;
sem_t notified;
int by_posix = 0, by_system_v = 0, registered = 0;

struct Message {
  long type;
  char text[8];
};

void* Send(void*) {
  by_posix = 1;
  assert(mq_send(posix, "one", 4, 0) == 0);
  by_system_v = 1;
  const Message message = {1, "two"};
  assert(msgsnd(system_v, &message, sizeof(message.text), 0) == 0);
  return nullptr;
}

void Notify(sigval value) {
  *static_cast<int*>(value.sival_ptr) += 1;
  sem_post(&notified);
}

void* SendAgain(void*) {
  assert(mq_send(posix, "three", 6, 0) == 0);
  return nullptr;
}

int main() {
  char name[32];
  snprintf(name, sizeof name, "/hbsan-test-%d", getpid());
  mq_attr attributes = {};
  attributes.mq_maxmsg = 2;
  attributes.mq_msgsize = 8;
  posix = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attributes);
  assert(posix >= 0);
  mq_unlink(name);
  system_v = msgget(IPC_PRIVATE, 0600);
  assert(system_v >= 0);
  sem_init(&notified, 0, 0);

  pthread_t sender;
  pthread_create(&sender, nullptr, Send, nullptr);
  char text[8];
  assert(mq_receive(posix, text, sizeof text, nullptr) == 4 && by_posix == 1);
  Message message;
  assert(msgrcv(system_v, &message, sizeof(message.text), 0, 0) == 8 && by_system_v == 1);
  pthread_join(sender, nullptr);

  registered = 1;
  sigevent event = {};
  event.sigev_notify = SIGEV_THREAD;
  event.sigev_notify_function = Notify;
  event.sigev_value.sival_ptr = &registered;
  assert(mq_notify(posix, &event) == 0);
  pthread_create(&sender, nullptr, SendAgain, nullptr);
  while (sem_wait(&notified) != 0) {
  }
  pthread_join(sender, nullptr);
  msgctl(system_v, IPC_RMID, nullptr);
  mq_close(posix);
  return registered == 2 ? 0 : 1;
}
