#include "runtime/interceptors/initialize.h"

#include "runtime/interceptors/exit.h"
#include "runtime/interceptors/fork.h"
#include "runtime/interceptors/threads.h"

namespace hbsan {

void InitializeInterceptors() {
  InitializeExit();
  InitializeFork();
  InitializeThreads();
}

}  // namespace hbsan
