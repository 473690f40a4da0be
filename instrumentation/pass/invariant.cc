#include "instrumentation/pass/invariant.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Support/CommandLine.h"

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

void HoistInvariants(Collected& collected, const llvm::DominatorTree& tree,
                     const llvm::LoopInfo& loops) {
  if (!hoist_invariants || loops.empty()) return;
  llvm::DenseMap<const llvm::Loop*, bool> bounded;
  auto may_leave = [&](const llvm::Loop& loop, const Access& access) {
    const auto [entry, is_new] = bounded.try_emplace(&loop, false);
    if (is_new) entry->second = HasBoundary(loop);
    return !entry->second && loop.isLoopInvariant(access.pointer) && loop.getLoopPreheader() &&
           IsInEachRound(access.place->getParent(), loop, tree);
  };
  for (Access& access : collected.accesses) {
    if (access.kind == AccessKind::kVptrUpdate) continue;
    const llvm::Loop* loop = loops.getLoopFor(access.place->getParent());
    if (!loop || !may_leave(*loop, access)) continue;
    for (; loop && may_leave(*loop, access); loop = loop->getParentLoop()) {
      access.place = loop->getLoopPreheader()->getTerminator();
    }
    ++NumHoisted;
  }
}

}  // namespace hbsan
