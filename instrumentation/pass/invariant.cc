#include "instrumentation/pass/invariant.h"

#include <map>
#include <tuple>

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/DomTreeUpdater.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

#define DEBUG_TYPE "hbsan"

namespace hbsan {
namespace {

llvm::cl::opt<bool> hoist_invariants("hbsan-hoist-invariants", llvm::cl::init(true),
                                     llvm::cl::Hidden,
                                     llvm::cl::desc("Check before a loop what it does not change"));

ALWAYS_ENABLED_STATISTIC(NumHoisted, "Checks moved before a loop");

}  // namespace

bool HasBoundary(const llvm::Loop& loop) {
  return llvm::any_of(loop.blocks(), [](const llvm::BasicBlock* block) {
    return llvm::any_of(*block, IsBoundary);
  });
}

bool IsInEachRound(const llvm::BasicBlock* block, const llvm::Loop& loop,
                   const llvm::DominatorTree& tree) {
  llvm::SmallVector<llvm::BasicBlock*, 4> ends;
  loop.getExitingBlocks(ends);
  loop.getLoopLatches(ends);
  return llvm::all_of(ends,
                      [&](const llvm::BasicBlock* end) { return tree.dominates(block, end); });
}

std::optional<Guard> InvariantGuard(const llvm::BasicBlock* block, const llvm::Loop& loop,
                                    const llvm::DominatorTree& tree) {
  const llvm::BasicBlock* before = block->getSinglePredecessor();
  const auto* branch = before ? llvm::dyn_cast<llvm::BranchInst>(before->getTerminator()) : nullptr;
  if (!branch || !branch->isConditional() || branch->getSuccessor(0) == branch->getSuccessor(1) ||
      !loop.contains(before) || !loop.isLoopInvariant(branch->getCondition()) ||
      !IsInEachRound(before, loop, tree)) {
    return std::nullopt;
  }
  return Guard{branch->getCondition(), branch->getSuccessor(0) == block};
}

namespace {

class Hoister {
 public:
  Hoister(llvm::DominatorTree& tree, llvm::LoopInfo& loops) : tree_(tree), loops_(loops) {}

  // Whether the check of `access` was moved out of `loop`.
  bool Hoist(llvm::Loop& loop, Access& access) {
    llvm::BasicBlock* preheader = loop.getLoopPreheader();
    if (!preheader || !loop.isLoopInvariant(access.pointer) || IsBounded(loop)) return false;
    const llvm::BasicBlock* block = access.place->getParent();
    if (IsInEachRound(block, loop, tree_)) {
      access.place = preheader->getTerminator();
      return true;
    }
    const std::optional<Guard> guard = InvariantGuard(block, loop, tree_);
    if (guard) access.place = PlaceUnder(*guard, preheader);
    return guard.has_value();
  }

 private:
  bool IsBounded(const llvm::Loop& loop) {
    const auto [entry, is_new] = bounded_.try_emplace(&loop, false);
    if (is_new) entry->second = HasBoundary(loop);
    return entry->second;
  }

  // A place at the end of the preheader that control comes to as `guard` lets it.
  llvm::Instruction* PlaceUnder(const Guard& guard, llvm::BasicBlock* preheader) {
    const std::tuple key(guard.condition, guard.passes_if, preheader->getTerminator());
    const auto [entry, is_new] = places_.try_emplace(key, nullptr);
    if (!is_new) return entry->second;
    llvm::IRBuilder<> builder(preheader->getTerminator());
    llvm::Value* condition = guard.passes_if ? guard.condition : builder.CreateNot(guard.condition);
    llvm::DomTreeUpdater updater(tree_, llvm::DomTreeUpdater::UpdateStrategy::Eager);
    entry->second =
        llvm::SplitBlockAndInsertIfThen(condition, preheader->getTerminator(),
                                        /*Unreachable=*/false, nullptr, &updater, &loops_);
    return entry->second;
  }

  llvm::DominatorTree& tree_;
  llvm::LoopInfo& loops_;
  llvm::DenseMap<const llvm::Loop*, bool> bounded_;
  std::map<std::tuple<llvm::Value*, bool, llvm::Instruction*>, llvm::Instruction*> places_;
};

}  // namespace

void HoistInvariants(Collected& collected, llvm::DominatorTree& tree, llvm::LoopInfo& loops) {
  if (!hoist_invariants || loops.empty()) return;
  Hoister hoister(tree, loops);
  for (Access& access : collected.accesses) {
    if (access.kind == AccessKind::kVptrUpdate) continue;
    llvm::Loop* loop = loops.getLoopFor(access.place->getParent());
    if (!loop || !hoister.Hoist(*loop, access)) continue;
    while ((loop = loop->getParentLoop()) && hoister.Hoist(*loop, access)) {
    }
    ++NumHoisted;
  }
}

}  // namespace hbsan
