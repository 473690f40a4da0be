#include "instrumentation/pass/instrument.h"

#include "instrumentation/pass/cold_blocks.h"
#include "instrumentation/pass/collect.h"
#include "instrumentation/pass/early_ranges.h"
#include "instrumentation/pass/emit.h"
#include "instrumentation/pass/filter.h"
#include "instrumentation/pass/invariant.h"
#include "instrumentation/pass/ranges.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/AssumptionCache.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/IR/Dominators.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Transforms/Utils/Local.h"

#define DEBUG_TYPE "hbsan"

namespace hbsan {
namespace {

llvm::cl::opt<bool> small_cold_code("hbsan-small-cold-code", llvm::cl::init(true), llvm::cl::Hidden,
                                    llvm::cl::desc("Do not check inline in cold blocks"));

llvm::cl::opt<bool> small_straight_code(
    "hbsan-small-straight-code", llvm::cl::init(true), llvm::cl::Hidden,
    llvm::cl::desc("Do not check inline outside loops and recursive functions"));

ALWAYS_ENABLED_STATISTIC(NumStraight, "Blocks outside loops in which nothing is checked inline");
ALWAYS_ENABLED_STATISTIC(NumColdBlocks, "Cold blocks in which nothing is checked inline");

// Set by clang, in place of `sanitize_thread`, where nothing that the function calls is to be
// checked either.
constexpr llvm::StringLiteral kIgnoreAttribute = "sanitize_thread_no_checking_at_run_time";

// Code generation must not expand library calls that the runtime intercepts, such as memcmp, into
// plain loads.
void KeepLibraryCalls(const Collected& collected, const llvm::TargetLibraryInfo& library) {
  for (llvm::CallInst* call : collected.calls) {
    llvm::maybeMarkSanitizerLibraryCallNoBuiltin(call, &library);
  }
}

// Takes the accesses in loops together or out of these, as far as that was not done before loops
// were vectorized.
std::vector<Range> TreatLoops(llvm::Function& function, Collected& collected,
                              llvm::TargetLibraryInfo library) {
  if (collected.accesses.empty() || function.size() == 1) return {};
  llvm::DominatorTree tree(function);
  llvm::LoopInfo loops(tree);
  if (loops.empty()) return {};
  HoistInvariants(collected, tree, loops);
  if (!TakesRanges() || HasEarlyRanges(function)) return {};
  llvm::AssumptionCache assumptions(function);
  llvm::ScalarEvolution evolution(function, library, assumptions, tree, loops);
  return TakeRanges(function, collected, {tree, loops, evolution});
}

bool CallsItself(const llvm::Function& function) {
  return llvm::any_of(function.users(), [&](const llvm::User* user) {
    const auto* call = llvm::dyn_cast<llvm::CallBase>(user);
    return call != nullptr && call->getFunction() == &function;
  });
}

// Those whose accesses are checked by calls alone.
llvm::DenseSet<const llvm::BasicBlock*> BlocksToKeepSmall(llvm::Function& function,
                                                          bool check_inline) {
  llvm::DenseSet<const llvm::BasicBlock*> small;
  if (!check_inline) return small;
  if (small_cold_code) small = ColdBlocks(function);
  NumColdBlocks += small.size();
  if (!small_straight_code || CallsItself(function)) return small;
  llvm::DominatorTree tree(function);
  const llvm::LoopInfo loops(tree);
  for (const llvm::BasicBlock& block : function) {
    if (loops.getLoopFor(&block) == nullptr && small.insert(&block).second) ++NumStraight;
  }
  return small;
}

}  // namespace

bool IsExempt(const llvm::Function& function) {
  return function.isDeclaration() || function.hasFnAttribute(llvm::Attribute::Naked) ||
         function.hasFnAttribute(llvm::Attribute::DisableSanitizerInstrumentation) ||
         function.getName() == "tsan.module_ctor";
}

bool Instrument(llvm::Function& function, const Hooks& hooks,
                const llvm::TargetLibraryInfo& library) {
  if (IsExempt(function)) return false;
  ExpandAtomics(function);
  const bool is_checked = function.hasFnAttribute(llvm::Attribute::SanitizeThread);
  Collected collected = Collect(function, is_checked ? Scope::kAll : Scope::kSynchronization);
  Filter(function, collected);
  if (is_checked) KeepLibraryCalls(collected, library);

  const std::vector<Range> ranges = TreatLoops(function, collected, library);
  for (const Range& range : ranges) EmitRange(range, hooks);
  const bool check_inline = ChecksInline(function, collected.accesses.size());
  if (check_inline) GatherAllocas(function);
  const llvm::DenseSet<const llvm::BasicBlock*> small = BlocksToKeepSmall(function, check_inline);
  for (const Access& access : collected.accesses) {
    EmitAccess(access, hooks, check_inline && !small.contains(access.place->getParent()));
  }
  for (const LaneAccess& lanes : collected.lanes) EmitLanes(lanes, hooks);
  for (llvm::Instruction* inst : collected.atomics) EmitAtomic(*inst, hooks);
  for (llvm::MemIntrinsic* inst : collected.bulk) EmitBulk(*inst, hooks);
  for (llvm::CallInst* call : collected.comparisons) ExpandComparison(*call);

  if (collected.has_calls && function.hasFnAttribute(kIgnoreAttribute)) {
    EmitIgnore(function, hooks);
  }
  const bool needs_frame = collected.has_calls || !collected.accesses.empty() || !ranges.empty() ||
                           !collected.lanes.empty() || !collected.atomics.empty() ||
                           !collected.bulk.empty();
  if (needs_frame) EmitFrame(function, hooks);
  return needs_frame;
}

}  // namespace hbsan
