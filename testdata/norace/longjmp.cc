// longjmp and siglongjmp over instrumented frames, out of a signal handler too.
#include <sys/mman.h>

#include <csetjmp>
#include <csignal>
#include <mutex>
#include <thread>

std::mutex mutex;
int data = 0;

__attribute__((noinline)) void Jump(std::jmp_buf& target, int depth) {
  if (depth == 0) std::longjmp(target, 1);
  Jump(target, depth - 1);
  ++data;
}

thread_local sigjmp_buf after_fault;

void OnFault(int) { siglongjmp(after_fault, 1); }

void Run() {
  std::jmp_buf target;
  void* page = mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  volatile int& forbidden = *static_cast<volatile int*>(page);
  for (volatile int i = 0; i < 50; i = i + 1) {
    if (setjmp(target) == 0) Jump(target, i % 9);
    if (sigsetjmp(after_fault, 1) == 0) forbidden = 1;
    const std::lock_guard<std::mutex> hold(mutex);
    ++data;
  }
}

int main() {
  signal(SIGSEGV, OnFault);
  std::thread first(Run);
  std::thread second(Run);
  first.join();
  second.join();
  return data == 100 ? 0 : 1;
}
