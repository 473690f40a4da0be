// Detection goes on in the child of a fork, and its exit status tells.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global 'data'
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "../unseen.h"

int data = 0;
Unseen unseen;

int main() {
  std::thread([] {}).join();
  const pid_t pid = fork();
  if (pid == 0) {
    std::thread thread([] {
      data = 1;
      unseen.Reach(1);
    });
    unseen.Await(1);
    data = 2;
    thread.join();
    return 0;
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
