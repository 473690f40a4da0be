// Buffers and results that the C library or the kernel writes or reads are accesses of the caller.
// EXPECT: Read()
// EXPECT: Write()
// EXPECT: Fgets()
// EXPECT: ClockGettime()
// EXPECT: Localtime()
// EXPECT: Stat()
// EXPECT: Pipe()
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../unseen.h"

#define FUNCTION __attribute__((noinline)) void

Unseen unseen;
int zero;
char in[64], out[64], line[64];
timespec now;
struct stat status;
int ends[2];

FUNCTION Read() { (void)!read(zero, in, sizeof(in)); }
FUNCTION Write() { (void)!write(zero, out, sizeof(out)); }
FUNCTION Fgets() {
  FILE* file = fopen("/proc/self/stat", "r");
  (void)!fgets(line, sizeof(line), file);
  fclose(file);
}
FUNCTION ClockGettime() { clock_gettime(CLOCK_MONOTONIC, &now); }
FUNCTION Localtime() {
  const time_t when = 0;
  localtime(&when);
}
FUNCTION Stat() { stat("/", &status); }
FUNCTION Pipe() { (void)!pipe(ends); }

void* Touch(void*) {
  *static_cast<volatile char*>(in + 63) = 1;
  *static_cast<volatile char*>(out + 63) = 1;
  *static_cast<volatile char*>(line + 3) = 1;
  *static_cast<volatile long*>(&now.tv_nsec) = 1;
  const time_t when = 1;
  localtime(&when);
  *reinterpret_cast<volatile char*>(&status) = 1;
  *static_cast<volatile int*>(&ends[1]) = 1;
  unseen.Reach(1);
  return nullptr;
}

int main() {
  zero = open("/dev/zero", O_RDWR);
  pthread_t thread;
  pthread_create(&thread, nullptr, Touch, nullptr);
  unseen.Await(1);
  Read();
  Write();
  Fgets();
  ClockGettime();
  Localtime();
  Stat();
  Pipe();
  pthread_join(thread, nullptr);
}
