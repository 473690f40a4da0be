// What compilers call by themselves, under private names: the build redirects the runtime's own
// calls of memcpy & co here, so that they never reach the interceptors. Compiled with -fno-builtin.
#include <cstddef>

extern "C" {

void* __hbsan_memcpy(void* to, const void* from, std::size_t bytes) {
  void* result = to;
  asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
  return result;
}

void* __hbsan_memmove(void* to, const void* from, std::size_t bytes) {
  char* d = static_cast<char*>(to);
  const char* s = static_cast<const char*>(from);
  if (d <= s || d >= s + bytes) return __hbsan_memcpy(to, from, bytes);
  while (bytes-- > 0) d[bytes] = s[bytes];
  return to;
}

void* __hbsan_memset(void* to, int value, std::size_t bytes) {
  void* result = to;
  asm volatile("rep stosb" : "+D"(to), "+c"(bytes) : "a"(value) : "memory");
  return result;
}

int __hbsan_memcmp(const void* a, const void* b, std::size_t bytes) {
  const auto* x = static_cast<const unsigned char*>(a);
  const auto* y = static_cast<const unsigned char*>(b);
  for (std::size_t i = 0; i < bytes; ++i) {
    if (x[i] != y[i]) return x[i] < y[i] ? -1 : 1;
  }
  return 0;
}

std::size_t __hbsan_strlen(const char* s) {
  std::size_t length = 0;
  while (s[length] != '\0') ++length;
  return length;
}

}  // extern "C"
