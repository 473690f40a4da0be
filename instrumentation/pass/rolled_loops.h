// Loops that are left as they are for the sake of the calls in them.
#ifndef HBSAN_INSTRUMENTATION_PASS_ROLLED_LOOPS_H_
#define HBSAN_INSTRUMENTATION_PASS_ROLLED_LOOPS_H_

#include "llvm/Analysis/LoopAnalysisManager.h"
#include "llvm/IR/PassManager.h"
#include "llvm/Transforms/Scalar/LoopPassManager.h"

namespace hbsan {

// Keeps loops from being unrolled that call functions with call frames of their own: each copy of a
// call has another return address, so that everything below it would have as many stacks, and
// records to be found by them, which a reader of reports cannot tell from each other. A recursion
// in a loop would have one for each path. What the user asks for is done.
class KeepLoopsRolledPass : public llvm::PassInfoMixin<KeepLoopsRolledPass> {
 public:
  llvm::PreservedAnalyses run(llvm::Loop& loop, llvm::LoopAnalysisManager& manager,
                              llvm::LoopStandardAnalysisResults& analyses,
                              llvm::LPMUpdater& updater);
};

}  // namespace hbsan

#endif  // HBSAN_INSTRUMENTATION_PASS_ROLLED_LOOPS_H_
