// Modules that come and go at run time (dlopen, dlclose): their memory has no history when it
// comes.
#ifndef HBSAN_RUNTIME_LOADED_MODULES_H_
#define HBSAN_RUNTIME_LOADED_MODULES_H_

#include <cstddef>

#include "detector/types.h"

namespace hbsan {

// The program's read-only segments, as far as they lie before the first writable one: constants,
// such as string literals and the names of types.
struct ConstantData {
  Addr begin = 0;
  Addr end = 0;
};
extern ConstantData constant_data;  // empty until InitializeLoadedModules

// Reads of what nobody writes race with nothing.
inline bool IsConstant(const volatile void* p, std::size_t size) {
  const Addr addr = reinterpret_cast<Addr>(p);
  return addr >= constant_data.begin && addr < constant_data.end &&
         size <= constant_data.end - addr;
}

// What is loaded at the start. Called once by Initialize.
void InitializeLoadedModules();

// Makes the memory of modules that were not known yet fresh. Called by the first constructor of an
// instrumented module, before any of its code runs, and after dlopen. True if there were any. Takes
// the loader's lock: not inside the runtime.
bool NoteLoadedModules();

// After dlclose: forgets modules that are gone.
void NoteUnloadedModules();

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_LOADED_MODULES_H_
