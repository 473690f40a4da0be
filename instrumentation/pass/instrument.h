// Instruments one function: collect, filter, emit.
#ifndef HBSAN_INSTRUMENTATION_PASS_INSTRUMENT_H_
#define HBSAN_INSTRUMENTATION_PASS_INSTRUMENT_H_

#include "instrumentation/pass/hooks.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/Function.h"

namespace hbsan {

// Whether nothing in `function` is to be instrumented, whatever it was compiled with.
bool IsExempt(const llvm::Function& function);

// Instruments `function` as far as its attributes ask for it; true if it changed.
//  - `sanitize_thread`: everything;
//  - without it, so no_sanitize("thread"): atomic operations and the frame, as its callees need
//  both;
//  - naked, or `disable_sanitizer_instrumentation`: nothing.
bool Instrument(llvm::Function& function, const Hooks& hooks,
                const llvm::TargetLibraryInfo& library);

}  // namespace hbsan

#endif  // HBSAN_INSTRUMENTATION_PASS_INSTRUMENT_H_
