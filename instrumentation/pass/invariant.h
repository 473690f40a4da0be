// Step between filtering and emitting: checks that each round of a loop would repeat.
#ifndef HBSAN_INSTRUMENTATION_PASS_INVARIANT_H_
#define HBSAN_INSTRUMENTATION_PASS_INVARIANT_H_

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

// Moves before a loop the checks of accesses whose address it does not change: if no boundary lies
// in it and the access is always executed, what is before the loop is in one region with all of the
// access's executions.
void HoistInvariants(Collected& collected, const llvm::DominatorTree& tree,
                     const llvm::LoopInfo& loops);

}  // namespace hbsan

#endif  // HBSAN_INSTRUMENTATION_PASS_INVARIANT_H_
