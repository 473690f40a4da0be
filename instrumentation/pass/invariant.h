// Step between filtering and emitting: checks that each round of a loop would repeat.
#ifndef HBSAN_INSTRUMENTATION_PASS_INVARIANT_H_
#define HBSAN_INSTRUMENTATION_PASS_INVARIANT_H_

#include <optional>

#include "instrumentation/pass/collect.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"

namespace hbsan {

// Whether a boundary (see regions.h) lies in `loop`.
bool HasBoundary(const llvm::Loop& loop);

// Whether control that enters `loop` passes `block`, of the loop itself or a place before one
// inside it, in each round, the first included.
bool IsInEachRound(const llvm::BasicBlock* block, const llvm::Loop& loop,
                   const llvm::DominatorTree& tree);

// What decides, the same way in each round of a loop, whether control passes a block.
struct Guard {
  llvm::Value* condition;
  bool passes_if;  // The value of `condition` with which it does.
};

// The guard of `block`, if there is one in `loop` that control comes to in each round.
std::optional<Guard> InvariantGuard(const llvm::BasicBlock* block, const llvm::Loop& loop,
                                    const llvm::DominatorTree& tree);

// Moves before a loop the checks of accesses whose address it does not change: if no boundary lies
// in it and the access is executed in each round, or in each if in any, what is before the loop is
// in one region with all of the access's executions.
void HoistInvariants(Collected& collected, llvm::DominatorTree& tree, llvm::LoopInfo& loops);

}  // namespace hbsan

#endif  // HBSAN_INSTRUMENTATION_PASS_INVARIANT_H_
