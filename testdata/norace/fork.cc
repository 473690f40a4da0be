// fork in a threaded program: the child knows what the forking thread knew, its threads start and
// end as ever, locks held across the fork are given back, handlers of pthread_atfork run.
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

std::mutex mutex;
int data = 0;
int prepared = 0;
int children = 0;
std::atomic<bool> stop{false};

void Prepare() {
  mutex.lock();
  ++prepared;
}
void Parent() { mutex.unlock(); }
void Child() {
  ++children;
  mutex.unlock();
}

int RunChild() {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      const std::lock_guard<std::mutex> hold(mutex);
      ++data;
    });
  }
  for (std::thread& thread : threads) thread.join();
  const pid_t grandchild = fork();
  if (grandchild == 0) _exit(children == 2 ? 0 : 1);
  int status = 0;
  waitpid(grandchild, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 && children == 1 ? 0 : 2;
}

// clone(2) without shared memory is a fork, which runs no handlers.
bool CloneWorks() {
  static char stack[1 << 18];
  int result = 4;
  const auto run = [](void* argument) -> int {
    std::thread([argument] { ++*static_cast<int*>(argument); }).join();
    _exit(*static_cast<int*>(argument));
  };
  const int pid = clone(run, stack + sizeof(stack), SIGCHLD, &result);
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 5;
}

int main() {
  pthread_atfork(Prepare, Parent, Child);
  std::vector<std::thread> busy;
  for (int i = 0; i < 3; ++i) {
    busy.emplace_back([] {
      while (!stop) {
        const std::lock_guard<std::mutex> hold(mutex);
        std::vector<int> numbers(10, ++data);
      }
    });
  }
  int failed = 0;
  for (int i = 0; i < 10; ++i) {
    std::thread forker([&failed] {
      const pid_t pid = fork();
      if (pid == 0) _exit(RunChild());
      int status = 0;
      waitpid(pid, &status, 0);
      if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) ++failed;
    });
    forker.join();
    const pid_t borrowed = vfork();
    if (borrowed == 0) _exit(3);
    int status = 0;
    waitpid(borrowed, &status, 0);
    if (WEXITSTATUS(status) != 3) ++failed;
  }
  stop = true;
  for (std::thread& thread : busy) thread.join();
  if (!CloneWorks()) ++failed;
  return failed == 0 && prepared == 10 ? 0 : 1;
}
