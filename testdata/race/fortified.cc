// The fortified forms of library functions are checked like the plain ones.
// FLAGS: -O2 -D_FORTIFY_SOURCE=2
// EXPECT: Memcpy()
// EXPECT: Strcpy()
// EXPECT: Snprintf()
// EXPECT: Read()
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../unseen.h"

#define FUNCTION __attribute__((noinline)) void

Unseen unseen;
char to[4][32], from[32] = "0123456789";
volatile size_t n = 16;

FUNCTION Memcpy() { memcpy(to[0], from, n); }
FUNCTION Strcpy() { strcpy(to[1], from); }
FUNCTION Snprintf() { snprintf(to[2], n, "%zu and more", n); }
FUNCTION Read() { (void)!read(open("/dev/zero", O_RDONLY), to[3], n); }

void* Write(void*) {
  for (auto& buffer : to) static_cast<volatile char*>(buffer)[5] = 1;
  unseen.Reach(1);
  return nullptr;
}

int main() {
  pthread_t writer;
  pthread_create(&writer, nullptr, Write, nullptr);
  unseen.Await(1);
  Memcpy();
  Strcpy();
  Snprintf();
  Read();
  pthread_join(writer, nullptr);
}
