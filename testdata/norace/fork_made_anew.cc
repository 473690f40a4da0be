// The child of a fork makes anew what threads of its parent used: locks, condition variables and
// the data that they guard. Those threads are not in the child.
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../unseen.h"

pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
int waiting = 0, jobs = 0, seen = 0;
Unseen unseen;

void* Work(void*) {
  pthread_mutex_lock(&mutex);
  ++waiting;
  seen = jobs;
  unseen.Reach(1);
  while (jobs == 0) pthread_cond_wait(&changed, &mutex);
  --jobs;
  pthread_mutex_unlock(&mutex);
  return nullptr;
}

void Post() {
  pthread_mutex_lock(&mutex);
  jobs = 1;
  pthread_cond_signal(&changed);
  pthread_mutex_unlock(&mutex);
}

int RunChild() {
  pthread_mutex_init(&mutex, nullptr);
  pthread_cond_init(&changed, nullptr);
  waiting = 0;
  jobs = 0;
  seen = 0;
  pthread_t worker;
  pthread_create(&worker, nullptr, Work, nullptr);
  Post();
  pthread_join(worker, nullptr);
  pthread_cond_destroy(&changed);
  pthread_mutex_destroy(&mutex);
  return waiting == 1 && jobs == 0 ? 0 : 1;
}

int main() {
  pthread_t worker;
  pthread_create(&worker, nullptr, Work, nullptr);
  unseen.Await(1);
  const pid_t pid = fork();
  if (pid == 0) return RunChild();
  int status = 0;
  waitpid(pid, &status, 0);
  Post();
  pthread_join(worker, nullptr);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}
