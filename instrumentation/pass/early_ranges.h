// Ranges are found best before loops are vectorized and unrolled, which makes several loops of one.
#ifndef HBSAN_INSTRUMENTATION_PASS_EARLY_RANGES_H_
#define HBSAN_INSTRUMENTATION_PASS_EARLY_RANGES_H_

#include "llvm/IR/PassManager.h"

namespace hbsan {

// Checks the ranges of the function's loops and marks their accesses. Until the rest is
// instrumented, by HbsanPass, optimizations may move accesses across these checks, but not
// synchronisation.
class EarlyRangesPass : public llvm::PassInfoMixin<EarlyRangesPass> {
 public:
  llvm::PreservedAnalyses run(llvm::Function& function, llvm::FunctionAnalysisManager& analyses);
};

// Whether the pass was run on `function`, so that no range is left to be found.
bool HasEarlyRanges(const llvm::Function& function);

// From now on the checks are hooks like others, across which no access may move.
void FinishEarlyRanges(llvm::Module& module);

}  // namespace hbsan

#endif  // HBSAN_INSTRUMENTATION_PASS_EARLY_RANGES_H_
