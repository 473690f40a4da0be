// Locks of gosync that the activation that takes them gives back itself, soon.
#ifndef HBSAN_INSTRUMENTATION_PASS_OWNED_LOCKS_H_
#define HBSAN_INSTRUMENTATION_PASS_OWNED_LOCKS_H_

#include "instrumentation/pass/hooks.h"
#include "llvm/Analysis/AliasAnalysis.h"
#include "llvm/IR/Function.h"

namespace hbsan {

// Of a gosync mutex anybody may give back the lock. Tells the runtime, by a call of __hbsan_go_owns
// right after it, of each Lock and RLock that its own function undoes: from there control comes to
// an Unlock (RUnlock) of the same mutex on every way, and before that to no boundary (see
// collect.h). If another goroutine unlocks the mutex meanwhile, the program is wrong: what is
// between waits for nobody, so the function's own Unlock could have come next, of a mutex that is
// not locked, and that is fatal.
void NoteOwnedLocks(llvm::Function& function, const Hooks& hooks,
                    llvm::function_ref<llvm::AAResults&()> aliases);

}  // namespace hbsan

#endif  // HBSAN_INSTRUMENTATION_PASS_OWNED_LOCKS_H_
