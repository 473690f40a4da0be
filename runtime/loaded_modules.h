// Modules that come and go at run time (dlopen, dlclose): their memory has no history when it
// comes.
#ifndef HBSAN_RUNTIME_LOADED_MODULES_H_
#define HBSAN_RUNTIME_LOADED_MODULES_H_

namespace hbsan {

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
