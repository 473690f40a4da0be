// The runtime's beginning and its housekeeping, as compilers and programs ask for them.
#include "runtime/loaded_modules.h"
#include "runtime/runtime.h"

// Called by a constructor in each module that a compiler instrumented.
HBSAN_ABI void __tsan_init() {
  hbsan::Initialize();
  hbsan::NoteLoadedModules();
}

// Gives back what no shadow memory refers to any more.
HBSAN_ABI void __tsan_flush_memory() {
  if (hbsan::InRuntime()) return;
  hbsan::RuntimeScope scope;
  hbsan::Reclaim();
}
