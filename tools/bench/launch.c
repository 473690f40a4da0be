// launch PROGRAM ARGUMENT...: runs a program and writes to descriptor 3 what it took, one line of
// "EXIT_STATUS WALL CPU PEAK", in seconds and KiB; 128 + N for the exit status if signal N ended
// it.
//
// Measured from here, because a process's peak memory includes what its parent had when it started
// it, which is little for this program and much for Python.
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double Now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double Seconds(struct timeval time) {
  return (double)time.tv_sec + (double)time.tv_usec * 1e-6;
}

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const double begin = Now();
  const pid_t child = fork();
  if (child == 0) {
    dup2(STDERR_FILENO, STDOUT_FILENO);
    execvp(argv[1], argv + 1);
    perror(argv[1]);
    _exit(127);
  }
  int status;
  struct rusage usage;
  if (child < 0 || wait4(child, &status, 0, &usage) != child) return 2;
  const double wall = Now() - begin;
  printf("%d %.6f %.6f %ld\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
         wall, Seconds(usage.ru_utime) + Seconds(usage.ru_stime), usage.ru_maxrss);
  return 0;
}
