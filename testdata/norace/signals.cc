// A handler runs in its thread's program order, after the call that installed it; masks, flags,
// contexts and alternative stacks are the program's.
#include <pthread.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <mutex>
#include <thread>

volatile int handled = 0;
int prepared = 0;
void* handler_stack = nullptr;
std::mutex mutex;
long counter = 0;

void Count(int) { handled = handled + 1; }

void Check(bool ok) {
  if (!ok) abort();
}

void WithInfo(int signal, siginfo_t* info, void* context) {
  Check(signal == SIGUSR1 && info->si_signo == SIGUSR1 && info->si_value.sival_int == 42);
  Check(sigismember(&static_cast<ucontext_t*>(context)->uc_sigmask, SIGUSR2) == 0);
  sigset_t mask;
  pthread_sigmask(SIG_BLOCK, nullptr, &mask);
  Check(sigismember(&mask, SIGUSR2) == 1 && sigismember(&mask, SIGUSR1) == 1);
  int local;
  handler_stack = &local;
  handled = handled + prepared;
}

void TestFlags() {
  struct sigaction action = {};
  action.sa_sigaction = WithInfo;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigaddset(&action.sa_mask, SIGUSR2);
  static char alternative[1 << 16];
  stack_t stack = {};
  stack.ss_sp = alternative;
  stack.ss_size = sizeof(alternative);
  sigaltstack(&stack, nullptr);
  prepared = 1;
  Check(sigaction(SIGUSR1, &action, nullptr) == 0);
  std::thread([] {}).join();
  sigval value;
  value.sival_int = 42;
  Check(pthread_sigqueue(pthread_self(), SIGUSR1, value) == 0);
  Check(handled == 1);
  Check(handler_stack >= alternative && handler_stack < alternative + sizeof(alternative));
  struct sigaction old;
  sigaction(SIGUSR1, nullptr, &old);
  Check(old.sa_sigaction == WithInfo && (old.sa_flags & SA_SIGINFO) != 0);
  Check((old.sa_flags & SA_RESETHAND) == 0 && sigismember(&old.sa_mask, SIGUSR2) == 1);

  Check(signal(SIGUSR1, Count) == reinterpret_cast<sighandler_t>(WithInfo));
  raise(SIGUSR1);
  raise(SIGUSR1);
  Check(handled == 3);
  Check(signal(SIGUSR1, SIG_IGN) == Count);
  raise(SIGUSR1);
  Check(handled == 3 && signal(SIGUSR1, SIG_DFL) == SIG_IGN);

  action.sa_handler = Count;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGUSR2, &action, nullptr);
  raise(SIGUSR2);
  sigaction(SIGUSR2, nullptr, &old);
  Check(handled == 4 && old.sa_handler == SIG_DFL);
}

// What installed a handler → the handler, in whichever thread it runs.
int configuration = 0;
void UseConfiguration(int) { Check(configuration == 9); }

void TestInstallation() {
  sigset_t usr2;
  sigemptyset(&usr2);
  sigaddset(&usr2, SIGUSR2);
  pthread_sigmask(SIG_BLOCK, &usr2, nullptr);
  std::thread other([] {
    configuration = 9;
    signal(SIGUSR2, UseConfiguration);
    kill(getpid(), SIGUSR2);
  });
  other.detach();
  sigset_t none;
  sigemptyset(&none);
  sigsuspend(&none);
}

// Signals that arrive at any moment, inside the detector too.
void TestStorm() {
  signal(SIGALRM, [](int) { handled = handled + 1; });
  sigset_t alarm;
  sigemptyset(&alarm);
  sigaddset(&alarm, SIGALRM);
  pthread_sigmask(SIG_BLOCK, &alarm, nullptr);
  std::thread workers[2];
  for (std::thread& worker : workers) {
    worker = std::thread([] {
      for (int i = 0; i < 20000; ++i) {
        const std::lock_guard<std::mutex> hold(mutex);
        ++counter;
      }
    });
  }
  pthread_sigmask(SIG_UNBLOCK, &alarm, nullptr);
  const itimerval often = {{0, 200}, {0, 200}};
  setitimer(ITIMER_REAL, &often, nullptr);
  const int before = handled;
  while (handled < before + 50) {
    const std::lock_guard<std::mutex> hold(mutex);
    ++counter;
  }
  const itimerval never = {};
  setitimer(ITIMER_REAL, &never, nullptr);
  for (std::thread& worker : workers) worker.join();
}

int main() {
  TestFlags();
  TestInstallation();
  TestStorm();
}
