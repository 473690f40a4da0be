// What calls of a module's functions may do, found bottom-up and noted in attributes of our own.
#ifndef HBSAN_INSTRUMENTATION_PASS_SUMMARIES_H_
#define HBSAN_INSTRUMENTATION_PASS_SUMMARIES_H_

#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/Argument.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/PassManager.h"

namespace hbsan {

// Notes what is true of the functions' code as it is now. What the code means decides, as all
// definitions of an inline function mean the same: one that may be replaced at run time by another
// has no summary.
void Summarize(llvm::Module& module,
               llvm::function_ref<const llvm::TargetLibraryInfo&(llvm::Function&)> library);

// The same for passes that run before the instrumentation.
class SummarizePass : public llvm::PassInfoMixin<SummarizePass> {
 public:
  llvm::PreservedAnalyses run(llvm::Module& module, llvm::ModuleAnalysisManager& analyses);
};

void ForgetSummaries(llvm::Module& module);

// False if the call orders nothing with other threads, provided that it returns.
bool MaySynchronize(const llvm::CallBase& call);

// False if the call always returns, and not by an exception.
bool MayNotReturn(const llvm::CallBase& call);

// Whether `call` hands on nothing but for its own duration the pointer that is its argument number
// `index`.
bool LeavesUncaptured(const llvm::CallBase& call, unsigned index);

// Whether each call passes an object that only the calling thread knows of.
bool IsAlwaysPrivate(const llvm::Argument& argument);

}  // namespace hbsan

#endif  // HBSAN_INSTRUMENTATION_PASS_SUMMARIES_H_
