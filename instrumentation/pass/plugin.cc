// The clang plugin: runs right before clang's own ThreadSanitizer pass, does its work and leaves it
// nothing to do.
#include <vector>

#include "instrumentation/pass/early_ranges.h"
#include "instrumentation/pass/expressions.h"
#include "instrumentation/pass/hooks.h"
#include "instrumentation/pass/instrument.h"
#include "instrumentation/pass/owned_locks.h"
#include "instrumentation/pass/rolled_loops.h"
#include "instrumentation/pass/summaries.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/IR/AttributeMask.h"
#include "llvm/IR/PassManager.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Passes/PassPlugin.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/raw_ostream.h"

namespace hbsan {
namespace {

llvm::cl::opt<bool> print_statistics("hbsan-stats", llvm::cl::init(false), llvm::cl::Hidden,
                                     llvm::cl::desc("Print what was checked and what was dropped"));

// What held for the code as written does not for hooks and frames, and link-time optimization would
// believe it. A frame records the return address: the function must not be inlined any more.
void AdjustAttributes(llvm::Function& function) {
  llvm::AttributeMask outdated;
  outdated.addAttribute(llvm::Attribute::Memory);
  outdated.addAttribute(llvm::Attribute::NoSync);
  outdated.addAttribute(llvm::Attribute::NoCallback);
  outdated.addAttribute(llvm::Attribute::Speculatable);
  outdated.addAttribute(llvm::Attribute::AlwaysInline);
  outdated.addAttribute(llvm::Attribute::InlineHint);
  function.removeFnAttrs(outdated);
  function.addFnAttr(llvm::Attribute::NoInline);
  for (llvm::Argument& argument : function.args()) {
    for (llvm::Attribute::AttrKind kind : {llvm::Attribute::NoCapture, llvm::Attribute::ReadNone,
                                           llvm::Attribute::ReadOnly, llvm::Attribute::WriteOnly}) {
      argument.removeAttr(kind);
    }
  }
}

// The dynamic loader calls these while it still relocates the program: no hook can be called yet.
// Clang exempts the resolvers that a user writes, but not those of target_clones.
void ExemptIFuncResolvers(llvm::Module& module) {
  for (llvm::GlobalIFunc& ifunc : module.ifuncs()) {
    if (llvm::Function* resolver = ifunc.getResolverFunction()) {
      resolver->addFnAttr(llvm::Attribute::DisableSanitizerInstrumentation);
    }
  }
}

// The stock pass would bracket every function that calls something, hooks included.
void SilenceStockPass() {
  auto& options = llvm::cl::getRegisteredOptions();
  const auto option = options.find("tsan-instrument-func-entry-exit");
  if (option == options.end()) return;
  option->second->addOccurrence(/*pos=*/0, option->second->ArgStr, "false", /*MultiArg=*/true);
}

class HbsanPass : public llvm::PassInfoMixin<HbsanPass> {
 public:
  // Also for functions that must not be optimized.
  static bool isRequired() { return true; }

  llvm::PreservedAnalyses run(llvm::Module& module, llvm::ModuleAnalysisManager& analyses) {
    // Nothing to check: compiled without the flag, or all of it exempt. The stock pass, if it runs,
    // then does all there is to do, the atomics.
    if (llvm::none_of(module, [](const llvm::Function& function) {
          return function.hasFnAttribute(llvm::Attribute::SanitizeThread);
        })) {
      return llvm::PreservedAnalyses::all();
    }
    ExemptIFuncResolvers(module);
    auto& functions =
        analyses.getResult<llvm::FunctionAnalysisManagerModuleProxy>(module).getManager();
    Summarize(module, [&](llvm::Function& function) -> const llvm::TargetLibraryInfo& {
      return functions.getResult<llvm::TargetLibraryAnalysis>(function);
    });
    const Hooks hooks(module);
    Expressions expressions(module);
    std::vector<llvm::Function*> changed;
    for (llvm::Function& function : module) {
      if (function.isDeclaration()) continue;
      expressions.RestoreLocations(function);
      const auto& library = functions.getResult<llvm::TargetLibraryAnalysis>(function);
      if (!IsExempt(function)) {
        NoteOwnedLocks(function, hooks, [&]() -> llvm::AAResults& {
          return functions.getResult<llvm::AAManager>(function);
        });
      }
      if (Instrument(function, hooks, library)) changed.push_back(&function);
    }
    // Only now: until here attributes told what callers may take for granted of these functions.
    for (llvm::Function* function : changed) AdjustAttributes(*function);
    for (llvm::Function& function : module) function.removeFnAttr(llvm::Attribute::SanitizeThread);
    FinishEarlyRanges(module);
    Expressions::Forget(module);
    ForgetSummaries(module);
    SilenceStockPass();
    if (print_statistics) llvm::PrintStatistics(llvm::errs());
    return llvm::PreservedAnalyses::none();
  }
};

void Register(llvm::PassBuilder& builder) {
  if (print_statistics) llvm::EnableStatistics(/*DoPrintOnExit=*/false);
  builder.registerPipelineStartEPCallback(
      [](llvm::ModulePassManager& passes, llvm::OptimizationLevel) {
        passes.addPass(NameExpressionsPass());
      });
  builder.registerOptimizerLastEPCallback(
      [](llvm::ModulePassManager& passes, llvm::OptimizationLevel) {
        passes.addPass(HbsanPass());
      });
  builder.registerPipelineParsingCallback([](llvm::StringRef name, llvm::ModulePassManager& passes,
                                             llvm::ArrayRef<llvm::PassBuilder::PipelineElement>) {
    if (name == "hbsan-name-expressions") {
      passes.addPass(NameExpressionsPass());
    } else if (name == "hbsan") {
      passes.addPass(HbsanPass());
    } else {
      return false;
    }
    return true;
  });
  builder.registerOptimizerEarlyEPCallback(
      [](llvm::ModulePassManager& passes, llvm::OptimizationLevel) {
        passes.addPass(SummarizePass());
      });
  builder.registerLateLoopOptimizationsEPCallback(
      [](llvm::LoopPassManager& passes, llvm::OptimizationLevel) {
        passes.addPass(KeepLoopsRolledPass());
      });
  builder.registerVectorizerStartEPCallback(
      [](llvm::FunctionPassManager& passes, llvm::OptimizationLevel) {
        passes.addPass(EarlyRangesPass());
      });
  builder.registerPipelineParsingCallback([](llvm::StringRef name,
                                             llvm::FunctionPassManager& passes,
                                             llvm::ArrayRef<llvm::PassBuilder::PipelineElement>) {
    if (name != "hbsan-early-ranges") return false;
    passes.addPass(EarlyRangesPass());
    return true;
  });
  builder.registerPipelineParsingCallback([](llvm::StringRef name, llvm::LoopPassManager& passes,
                                             llvm::ArrayRef<llvm::PassBuilder::PipelineElement>) {
    if (name != "hbsan-keep-rolled") return false;
    passes.addPass(KeepLoopsRolledPass());
    return true;
  });
}

}  // namespace
}  // namespace hbsan

extern "C" __attribute__((visibility("default"))) llvm::PassPluginLibraryInfo
llvmGetPassPluginInfo() {
  return {LLVM_PLUGIN_API_VERSION, "hbsan", "1", hbsan::Register};
}
