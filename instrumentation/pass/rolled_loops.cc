#include "instrumentation/pass/rolled_loops.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Transforms/Utils/LoopUtils.h"

#define DEBUG_TYPE "hbsan"

namespace hbsan {
namespace {

llvm::cl::opt<bool> keep_rolled("hbsan-keep-rolled", llvm::cl::init(true), llvm::cl::Hidden,
                                llvm::cl::desc("Do not unroll loops with calls"));

ALWAYS_ENABLED_STATISTIC(NumKeptRolled, "Loops not unrolled, for their calls");

// It may call something that has a frame in the shadow call stack.
bool MayPushFrames(const llvm::Instruction& inst, const llvm::TargetLibraryInfo& library) {
  const auto* call = llvm::dyn_cast<llvm::CallBase>(&inst);
  if (!call || call->isInlineAsm() || llvm::isa<llvm::IntrinsicInst>(call)) return false;
  const llvm::Function* callee = call->getCalledFunction();
  if (!callee) return true;
  if (!callee->isDeclaration()) return callee->hasFnAttribute(llvm::Attribute::SanitizeThread);
  llvm::LibFunc known;
  return !callee->getName().starts_with("__hbsan_") && !library.getLibFunc(*callee, known);
}

bool HasCalls(const llvm::Loop& loop, const llvm::TargetLibraryInfo& library) {
  return llvm::any_of(loop.blocks(), [&](const llvm::BasicBlock* block) {
    return llvm::any_of(
        *block, [&](const llvm::Instruction& inst) { return MayPushFrames(inst, library); });
  });
}

}  // namespace

llvm::PreservedAnalyses KeepLoopsRolledPass::run(llvm::Loop& loop, llvm::LoopAnalysisManager&,
                                                 llvm::LoopStandardAnalysisResults& analyses,
                                                 llvm::LPMUpdater&) {
  const llvm::Function& function = *loop.getHeader()->getParent();
  if (keep_rolled && function.hasFnAttribute(llvm::Attribute::SanitizeThread) &&
      llvm::hasUnrollTransformation(&loop) == llvm::TM_Unspecified &&
      HasCalls(loop, analyses.TLI)) {
    loop.setLoopAlreadyUnrolled();
    ++NumKeptRolled;
  }
  return llvm::PreservedAnalyses::all();
}

}  // namespace hbsan
