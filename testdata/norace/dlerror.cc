// dlerror tells why dlopen failed, whatever detection did in between.
#include <dlfcn.h>
#include <string.h>

int main() {
  if (dlopen("/no such library", RTLD_LAZY) != nullptr) return 1;
  const char* why = dlerror();
  return why != nullptr && strstr(why, "/no such library") != nullptr ? 0 : 2;
}
