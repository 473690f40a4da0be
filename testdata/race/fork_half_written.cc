// The child of a fork reads what a thread of its parent may have left half written.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Read of size 4
// EXPECT: Location is global 'data'
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../unseen.h"

int data = 0;
Unseen unseen;

void* Write(void*) {
  data = 1;
  unseen.Reach(1);
  return nullptr;
}

int main() {
  pthread_t writer;
  pthread_create(&writer, nullptr, Write, nullptr);
  unseen.Await(1);
  const pid_t pid = fork();
  if (pid == 0) return data == 1 ? 0 : 1;
  int status = 0;
  waitpid(pid, &status, 0);
  pthread_join(writer, nullptr);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
