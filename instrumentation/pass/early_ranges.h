// Ranges are found best before loops are vectorized and unrolled, which makes several loops of one.
#ifndef HBSAN_INSTRUMENTATION_PASS_EARLY_RANGES_H_
#define HBSAN_INSTRUMENTATION_PASS_EARLY_RANGES_H_

#include "llvm/IR/PassManager.h"

namespace hbsan {

// Checks the ranges of the function's loops and marks their accesses, and the vectors loaded so
// far. Until the rest is instrumented, by HbsanPass, optimizations may move accesses across these
// checks, but not synchronisation.
class EarlyRangesPass : public llvm::PassInfoMixin<EarlyRangesPass> {
 public:
  llvm::PreservedAnalyses run(llvm::Function& function, llvm::FunctionAnalysisManager& analyses);
};

// Whether loops of `function` may have been vectorized since the pass was run on it.
bool IsVectorized(const llvm::Function& function);

// Whether it found the ranges of `function`, so that none is left to be found.
bool HasEarlyRanges(const llvm::Function& function);

// From now on the checks are hooks like others, across which no access may move.
void FinishEarlyRanges(llvm::Module& module);

}  // namespace hbsan

#endif  // HBSAN_INSTRUMENTATION_PASS_EARLY_RANGES_H_
