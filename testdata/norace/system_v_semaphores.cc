// System V semaphores: an addition orders the subtraction that it lets through, a subtraction the
// wait for zero, and a setting both.
#include <assert.h>
#include <pthread.h>
#include <sys/ipc.h>
#include <sys/sem.h>

int set;
int added = 0, taken = 0, assigned = 0;

void Operate(unsigned short number, short change) {
  sembuf operation = {number, change, 0};
  assert(semop(set, &operation, 1) == 0);
}

void* Run(void*) {
  added = 1;
  Operate(0, 1);
  taken = 1;
  Operate(1, -1);
  assigned = 1;
  assert(semctl(set, 2, SETVAL, 1) == 0);
  return nullptr;
}

int main() {
  set = semget(IPC_PRIVATE, 3, 0600);
  assert(set >= 0);
  unsigned short values[] = {0, 1, 0};
  assert(semctl(set, 0, SETALL, values) == 0);
  pthread_t thread;
  pthread_create(&thread, nullptr, Run, nullptr);
  Operate(0, -1);
  ++added;
  Operate(1, 0);
  ++taken;
  Operate(2, -1);
  ++assigned;
  pthread_join(thread, nullptr);
  semctl(set, 0, IPC_RMID);
  return added + taken + assigned == 6 ? 0 : 1;
}
