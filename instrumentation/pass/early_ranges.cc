#include "instrumentation/pass/early_ranges.h"

#include "instrumentation/pass/collect.h"
#include "instrumentation/pass/emit.h"
#include "instrumentation/pass/expressions.h"
#include "instrumentation/pass/filter.h"
#include "instrumentation/pass/instrument.h"
#include "instrumentation/pass/marks.h"
#include "instrumentation/pass/ranges.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/Support/CommandLine.h"

#define DEBUG_TYPE "hbsan"

namespace hbsan {
namespace {

llvm::cl::opt<bool> early_ranges("hbsan-early-ranges", llvm::cl::init(true), llvm::cl::Hidden,
                                 llvm::cl::desc("Find ranges before loops are vectorized"));

ALWAYS_ENABLED_STATISTIC(NumEarly, "Ranges found before loops are vectorized");

constexpr llvm::StringLiteral kDone = "hbsan-vectorized";

// An instruction with one access of each kind: what is marked is all of it.
bool IsMarkable(llvm::Instruction& inst) {
  if (llvm::isa<llvm::LoadInst, llvm::StoreInst>(inst)) {
    const llvm::MDNode* tag = inst.getMetadata(llvm::LLVMContext::MD_tbaa);
    return !llvm::getLoadStoreType(&inst)->isAggregateType() && !(tag && tag->isTBAAVtableAccess());
  }
  return llvm::isa<llvm::MemIntrinsic>(inst);
}

// Moves of accesses across the check change nothing, as they stay in their region; synchronisation
// may touch inaccessible memory too.
void LetAccessesPass(llvm::CallInst& check) {
  llvm::LLVMContext& context = check.getContext();
  check.setMemoryEffects(llvm::MemoryEffects::inaccessibleMemOnly());
  for (const llvm::Attribute::AttrKind kind :
       {llvm::Attribute::NoSync, llvm::Attribute::WillReturn, llvm::Attribute::NoCallback,
        llvm::Attribute::NoFree}) {
    check.addFnAttr(llvm::Attribute::get(context, kind));
  }
  check.addParamAttr(0, llvm::Attribute::NoCapture);
  check.addParamAttr(0, llvm::Attribute::ReadNone);
}

// Vectors loaded from now on are the vectorizer's, which loads what lies between, too.
void MarkVectors(llvm::Function& function) {
  for (llvm::Instruction& inst : llvm::instructions(function)) {
    if (llvm::isa<llvm::LoadInst>(inst) && inst.getType()->isVectorTy()) {
      Marks::Make(*function.getParent()).Set(inst, Mark::kWholeVector);
    }
  }
}

bool TakeEarlyRanges(llvm::Function& function, const LoopAnalyses& analyses) {
  if (analyses.loops.empty() || !early_ranges || !TakesRanges()) return false;
  llvm::Module& module = *function.getParent();
  Expressions(module).RestoreLocations(function);
  Collected collected = Collect(function, Scope::kAll);
  Filter(function, collected);
  std::erase_if(collected.accesses, [](const Access& access) { return !IsMarkable(*access.inst); });
  const std::vector<Range> ranges = TakeRanges(function, collected, analyses);
  if (ranges.empty()) return false;
  const Hooks hooks(module);
  const Marks marks = Marks::Make(module);
  for (const Range& range : ranges) {
    LetAccessesPass(*EmitRange(range, hooks));
    for (const CoveredAccess& access : range.accesses) {
      if (IsMarkable(*access.inst)) {
        marks.Set(*access.inst, access.is_write ? Mark::kWriteChecked : Mark::kReadChecked);
      }
    }
  }
  NumEarly += ranges.size();
  return true;
}

}  // namespace

llvm::PreservedAnalyses EarlyRangesPass::run(llvm::Function& function,
                                             llvm::FunctionAnalysisManager& analyses) {
  if (IsExempt(function) || !function.hasFnAttribute(llvm::Attribute::SanitizeThread)) {
    return llvm::PreservedAnalyses::all();
  }
  function.addFnAttr(kDone);
  MarkVectors(function);
  const bool changed =
      TakeEarlyRanges(function, {analyses.getResult<llvm::DominatorTreeAnalysis>(function),
                                 analyses.getResult<llvm::LoopAnalysis>(function),
                                 analyses.getResult<llvm::ScalarEvolutionAnalysis>(function)});
  return changed ? llvm::PreservedAnalyses::none() : llvm::PreservedAnalyses::all();
}

bool HasEarlyRanges(const llvm::Function& function) {
  return early_ranges && IsVectorized(function);
}

bool IsVectorized(const llvm::Function& function) { return function.hasFnAttribute(kDone); }

void FinishEarlyRanges(llvm::Module& module) {
  Marks::Forget(module);
  for (llvm::Function& function : module) function.removeFnAttr(kDone);
  for (const llvm::StringRef name :
       {"__hbsan_read_elements", "__hbsan_write_elements", "__hbsan_read_strided",
        "__hbsan_write_strided", "__hbsan_read_rows", "__hbsan_write_rows"}) {
    llvm::Function* hook = module.getFunction(name);
    if (!hook) continue;
    for (llvm::User* user : hook->users()) {
      if (auto* call = llvm::dyn_cast<llvm::CallInst>(user)) Hooks::PromiseNothing(*call);
    }
  }
}

}  // namespace hbsan
