// A thread that locks its mutex again is reported, and waits for itself as it would.
// EXPECT: double lock of a mutex
// EXPECT: in Deadlock(
#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <mutex>
#include <thread>

std::mutex mutex;

__attribute__((noinline)) void Deadlock() {
  mutex.lock();
  alarm(1);  // ends the process while it waits
  mutex.lock();
}

int main() {
  signal(SIGALRM, [](int) { _exit(0); });
  std::thread(Deadlock).join();
}
