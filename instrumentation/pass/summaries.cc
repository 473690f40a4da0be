#include "instrumentation/pass/summaries.h"

#include "instrumentation/pass/collect.h"
#include "instrumentation/pass/private_objects.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/CFG.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Support/CommandLine.h"

#define DEBUG_TYPE "hbsan"

namespace hbsan {
namespace {

llvm::cl::opt<bool> summaries("hbsan-summaries", llvm::cl::init(true), llvm::cl::Hidden,
                              llvm::cl::desc("Find out what calls of the module's functions do"));
llvm::cl::opt<bool> private_arguments(
    "hbsan-private-arguments", llvm::cl::init(true), llvm::cl::Hidden,
    llvm::cl::desc("Find the arguments that are always the callers' private objects"));

ALWAYS_ENABLED_STATISTIC(NumQuiet, "Functions that do not synchronise");
ALWAYS_ENABLED_STATISTIC(NumPrivateArguments, "Arguments that are always private objects");

constexpr llvm::StringLiteral kQuiet = "hbsan-quiet";
constexpr llvm::StringLiteral kReturns = "hbsan-returns";
constexpr llvm::StringLiteral kUncaptured = "hbsan-uncaptured";
constexpr llvm::StringLiteral kPrivate = "hbsan-private";

bool Has(const llvm::Argument& argument, llvm::StringRef attribute) {
  return argument.getParent()->getAttributes().hasParamAttr(argument.getArgNo(), attribute);
}

bool HasCode(const llvm::Function& function) {
  return !function.isDeclaration() && !function.isInterposable() &&
         !function.hasFnAttribute(llvm::Attribute::Naked);
}

// Functions of the C library that touch memory alone and return, of those that are not attributed
// so.
bool IsPlainLibraryFunction(const llvm::Function& function,
                            const llvm::TargetLibraryInfo& library) {
  llvm::LibFunc known{};
  if (!library.getLibFunc(function, known) || !library.has(known)) return false;
  switch (known) {
    case llvm::LibFunc_bcmp:
    case llvm::LibFunc_memchr:
    case llvm::LibFunc_memcmp:
    case llvm::LibFunc_memcpy:
    case llvm::LibFunc_memmove:
    case llvm::LibFunc_memrchr:
    case llvm::LibFunc_memset:
    case llvm::LibFunc_strchr:
    case llvm::LibFunc_strcmp:
    case llvm::LibFunc_strlen:
    case llvm::LibFunc_strncmp:
    case llvm::LibFunc_strnlen:
    case llvm::LibFunc_strrchr:
    case llvm::LibFunc_exp:
    case llvm::LibFunc_expf:
    case llvm::LibFunc_log:
    case llvm::LibFunc_logf:
    case llvm::LibFunc_pow:
    case llvm::LibFunc_powf:
    case llvm::LibFunc_sin:
    case llvm::LibFunc_sinf:
    case llvm::LibFunc_cos:
    case llvm::LibFunc_cosf:
    case llvm::LibFunc_sqrt:
    case llvm::LibFunc_sqrtf:
      return true;
    default:
      return false;
  }
}

// Calls that neither return nor are left by an exception to be caught here are left out: what they
// order matters to no one who sees this function return.
bool IsQuiet(const llvm::Function& function) {
  return llvm::none_of(llvm::instructions(function), [](const llvm::Instruction& inst) {
    const auto* call = llvm::dyn_cast<llvm::CallBase>(&inst);
    if (!call) return inst.isAtomic();
    const bool is_end = call->doesNotReturn() && !llvm::isa<llvm::InvokeInst>(call);
    return !is_end && MaySynchronize(*call);
  });
}

// A loop ends if the language promises that it does not go on for ever without a visible effect,
// and it has none.
bool AlwaysReturns(const llvm::Function& function) {
  const bool ends = llvm::none_of(llvm::instructions(function), [](const llvm::Instruction& inst) {
    const auto* call = llvm::dyn_cast<llvm::CallBase>(&inst);
    if (call) return MayNotReturn(*call);
    return llvm::isa<llvm::ResumeInst, llvm::UnreachableInst>(inst) || inst.isEHPad();
  });
  if (!ends) return false;
  llvm::SmallVector<std::pair<const llvm::BasicBlock*, const llvm::BasicBlock*>, 4> back_edges;
  llvm::FindFunctionBackedges(function, back_edges);
  if (back_edges.empty()) return true;
  return function.hasFnAttribute(llvm::Attribute::MustProgress) &&
         llvm::none_of(llvm::instructions(function), [](const llvm::Instruction& inst) {
           return inst.isVolatile() || inst.isAtomic();
         });
}

// Takes for granted what would be good to know of `function`.
void Presume(llvm::Function& function) {
  llvm::LLVMContext& context = function.getContext();
  function.addFnAttr(kQuiet);
  function.addFnAttr(kReturns);
  for (llvm::Argument& argument : function.args()) {
    if (argument.getType()->isPointerTy()) {
      argument.addAttr(llvm::Attribute::get(context, kUncaptured));
    }
  }
}

// Takes back what does not hold of `function`, given what is said of its callees; true if there was
// any.
bool StrikeOut(llvm::Function& function) {
  bool changed = false;
  if (function.hasFnAttribute(kQuiet) && !IsQuiet(function)) {
    function.removeFnAttr(kQuiet);
    changed = true;
  }
  if (function.hasFnAttribute(kReturns) && !AlwaysReturns(function)) {
    function.removeFnAttr(kReturns);
    changed = true;
  }
  for (llvm::Argument& argument : function.args()) {
    if (!Has(argument, kUncaptured) || argument.hasNoCaptureAttr()) continue;
    if (!IsCaptured(argument)) continue;
    function.removeParamAttr(argument.getArgNo(), kUncaptured);
    changed = true;
  }
  return changed;
}

// Functions that call each other are presumed innocent together: whatever any of them does, an
// instruction of one of them does.
void SummarizeBodies(llvm::Module& module) {
  llvm::SetVector<llvm::Function*> open;
  for (llvm::Function& function : module) {
    if (!HasCode(function)) continue;
    Presume(function);
    open.insert(&function);
  }
  while (!open.empty()) {
    llvm::Function* function = open.pop_back_val();
    if (!StrikeOut(*function)) continue;
    for (const llvm::User* user : function->users()) {
      const auto* call = llvm::dyn_cast<llvm::CallBase>(user);
      if (call && HasCode(*call->getFunction())) {
        open.insert(const_cast<llvm::Function*>(call->getFunction()));
      }
    }
  }
  for (const llvm::Function& function : module) {
    if (HasCode(function) && function.hasFnAttribute(kQuiet)) ++NumQuiet;
  }
}

// All calls of `function`, or nothing if they are not known.
std::optional<llvm::SmallVector<llvm::CallBase*, 4>> KnownCalls(llvm::Function& function) {
  if (!function.hasLocalLinkage() || !HasCode(function) || function.isVarArg()) return std::nullopt;
  llvm::SmallVector<llvm::CallBase*, 4> calls;
  for (const llvm::Use& use : function.uses()) {
    auto* call = llvm::dyn_cast<llvm::CallBase>(use.getUser());
    if (!call || !call->isCallee(&use) || call->getFunctionType() != function.getFunctionType()) {
      return std::nullopt;
    }
    calls.push_back(call);
  }
  return calls;
}

// Takes all arguments for private that may be, and goes on striking out those that a call passes
// something else for, since they may stand for each other.
void FindPrivateArguments(llvm::Module& module) {
  std::vector<std::pair<llvm::Argument*, llvm::SmallVector<llvm::CallBase*, 4>>> candidates;
  for (llvm::Function& function : module) {
    const auto calls = KnownCalls(function);
    if (!calls) continue;
    for (llvm::Argument& argument : function.args()) {
      if (!argument.getType()->isPointerTy() ||
          !(argument.hasNoCaptureAttr() || Has(argument, kUncaptured))) {
        continue;
      }
      argument.addAttr(llvm::Attribute::get(module.getContext(), kPrivate));
      candidates.emplace_back(&argument, *calls);
    }
  }
  PrivateObjects objects;
  for (bool changed = true; changed;) {
    changed = false;
    std::erase_if(candidates, [&](const auto& candidate) {
      const auto& [argument, calls] = candidate;
      const bool is_private = llvm::all_of(calls, [&](const llvm::CallBase* call) {
        return objects.Contains(call->getArgOperand(argument->getArgNo()));
      });
      if (is_private) return false;
      argument->getParent()->removeParamAttr(argument->getArgNo(), kPrivate);
      changed = true;
      return true;
    });
  }
  NumPrivateArguments += candidates.size();
}

}  // namespace

void Summarize(llvm::Module& module,
               llvm::function_ref<const llvm::TargetLibraryInfo&(llvm::Function&)> library) {
  ForgetSummaries(module);
  if (!summaries) return;
  for (llvm::Function& function : module) {
    if (function.isDeclaration() && !function.isIntrinsic() &&
        IsPlainLibraryFunction(function, library(function))) {
      function.addFnAttr(kQuiet);
      function.addFnAttr(kReturns);
    }
  }
  SummarizeBodies(module);
  if (private_arguments) FindPrivateArguments(module);
}

llvm::PreservedAnalyses SummarizePass::run(llvm::Module& module,
                                           llvm::ModuleAnalysisManager& analyses) {
  auto& functions =
      analyses.getResult<llvm::FunctionAnalysisManagerModuleProxy>(module).getManager();
  if (llvm::none_of(module, [](const llvm::Function& function) {
        return function.hasFnAttribute(llvm::Attribute::SanitizeThread);
      })) {
    return llvm::PreservedAnalyses::all();
  }
  Summarize(module, [&](llvm::Function& function) -> const llvm::TargetLibraryInfo& {
    return functions.getResult<llvm::TargetLibraryAnalysis>(function);
  });
  return llvm::PreservedAnalyses::all();
}

void ForgetSummaries(llvm::Module& module) {
  for (llvm::Function& function : module) {
    function.removeFnAttr(kQuiet);
    function.removeFnAttr(kReturns);
    for (unsigned i = 0; i < function.arg_size(); ++i) {
      function.removeParamAttr(i, kUncaptured);
      function.removeParamAttr(i, kPrivate);
    }
  }
}

bool MaySynchronize(const llvm::CallBase& call) {
  if (llvm::isa<llvm::DbgInfoIntrinsic, llvm::MemIntrinsic>(call)) return false;
  if (call.isInlineAsm()) return true;
  return !call.hasFnAttr(llvm::Attribute::NoSync) && !call.doesNotAccessMemory() &&
         !call.hasFnAttr(kQuiet);
}

bool MayNotReturn(const llvm::CallBase& call) {
  if (llvm::isa<llvm::DbgInfoIntrinsic, llvm::MemIntrinsic>(call)) return false;
  if (call.isInlineAsm()) return true;
  return !call.hasFnAttr(kReturns) &&
         !(call.doesNotThrow() && call.hasFnAttr(llvm::Attribute::WillReturn));
}

bool LeavesUncaptured(const llvm::CallBase& call, unsigned index) {
  const llvm::Function* callee = call.getCalledFunction();
  return callee && index < callee->arg_size() && Has(*callee->getArg(index), kUncaptured);
}

bool IsAlwaysPrivate(const llvm::Argument& argument) { return Has(argument, kPrivate); }

}  // namespace hbsan
