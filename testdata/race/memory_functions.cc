// One byte that a memory or string function touches and another thread writes is a race, in each
// function. EXPECT: Memcpy() EXPECT: Memmove() EXPECT: Memset() EXPECT: Memcmp() EXPECT: Memchr()
// EXPECT: Strlen()
// EXPECT: Strcpy()
// EXPECT: Strcmp()
// EXPECT: Strchr()
// EXPECT: Strdup()
// EXPECT: Snprintf()
// EXPECT: SnprintfArgument()
// EXPECT: Sscanf()
// EXPECT: Strtol()
// EXPECT: Wmemcpy()
// EXPECT: Qsort()
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <initializer_list>

#include "../unseen.h"

#define FUNCTION __attribute__((noinline)) void

Unseen unseen;
char to[16][32], from[16][32];
wchar_t wide_to[8], wide_from[8];
int values[4] = {3, 1, 2, 0}, number;
volatile size_t n = 16;
volatile int sink;
char* volatile copy;

FUNCTION Memcpy() { memcpy(to[0], from[0], n); }
FUNCTION Memmove() { memmove(to[1], from[1], n); }
FUNCTION Memset() { memset(to[2], 1, n); }
FUNCTION Memcmp() { sink = memcmp(to[3], from[3], n); }
FUNCTION Memchr() { sink = memchr(from[4], '9', n) != nullptr; }
FUNCTION Strlen() { sink = static_cast<int>(strlen(from[5])); }
FUNCTION Strcpy() { strcpy(to[6], from[6]); }
FUNCTION Strcmp() { sink = strcmp(from[7], "0123456789"); }
FUNCTION Strchr() { sink = strchr(from[8], '9') != nullptr; }
FUNCTION Strdup() {
  copy = strdup(from[9]);
  free(copy);
}
FUNCTION Snprintf() { snprintf(to[10], n, "%d", 12345678); }
FUNCTION SnprintfArgument() { snprintf(to[11], n, "%d %s", 1, from[11]); }
FUNCTION Sscanf() { sink = sscanf("12", "%d", &number); }
FUNCTION Strtol() { sink = static_cast<int>(strtol(from[13], nullptr, 10)); }
FUNCTION Wmemcpy() { wmemcpy(wide_to, wide_from, 8); }
FUNCTION Qsort() {
  qsort(values, 4, sizeof(int), [](const void* a, const void* b) {
    return *static_cast<const int*>(a) - *static_cast<const int*>(b);
  });
}

void Fill() {
  for (int i = 0; i < 16; ++i) memcpy(from[i], "0123456789", 11);
  memcpy(to[3], from[3], 11);
}

void* Write(void*) {
  for (int i = 0; i < 16; ++i) static_cast<volatile char*>(from[i])[7] = '7';
  for (const int i : {2, 10}) static_cast<volatile char*>(to[i])[5] = 1;
  for (volatile wchar_t& c : wide_from) c = 1;
  for (volatile int& v : values) v = 5;
  *static_cast<volatile int*>(&number) = 1;
  unseen.Reach(1);
  return nullptr;
}

int main() {
  Fill();
  pthread_t writer;
  pthread_create(&writer, nullptr, Write, nullptr);
  unseen.Await(1);
  Memcpy();
  Memmove();
  Memset();
  Memcmp();
  Memchr();
  Strlen();
  Strcpy();
  Strcmp();
  Strchr();
  Strdup();
  Snprintf();
  SnprintfArgument();
  Sscanf();
  Strtol();
  Wmemcpy();
  Qsort();
  pthread_join(writer, nullptr);
}
