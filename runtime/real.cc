#include "runtime/real.h"

#include <dlfcn.h>

#include "runtime/sys.h"

namespace hbsan {

void* FindReal(const char* name, const char* version) {
  void* function = version == nullptr ? dlsym(RTLD_NEXT, name) : dlvsym(RTLD_NEXT, name, version);
  if (function == nullptr && version != nullptr) function = dlsym(RTLD_NEXT, name);
  return function;
}

}  // namespace hbsan
