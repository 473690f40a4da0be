// Step between filtering and emitting: accesses of a loop that together touch one range of memory.
#ifndef HBSAN_INSTRUMENTATION_PASS_RANGES_H_
#define HBSAN_INSTRUMENTATION_PASS_RANGES_H_

#include <vector>

#include "instrumentation/pass/collect.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/IR/Dominators.h"

namespace hbsan {

// `bytes` bytes from `base` on, each touched by some execution of `inst` or its like before control
// leaves the loop that `place`, the end of its preheader, leads to.
struct Range {
  llvm::Instruction* place;
  llvm::Instruction* inst;  // Whose source position is reported.
  llvm::Value* base;
  llvm::Value* bytes;
  uint64_t element;  // Bytes that one access touches, or an iteration if they differ.
  // From one access to the next if there are gaps between them; else 0. Such a range is checked
  // only if its first element was not touched in this epoch, unless it is of rows.
  uint64_t stride;
  llvm::Value* rows;  // If not null: so many ranges, each `stride` bytes after the one before.
  llvm::Align align;  // Of the first of them.
  bool is_write;
  llvm::SmallVector<CoveredAccess, 4> accesses;  // All that need no other check.
};

// Of one function.
struct LoopAnalyses {
  llvm::DominatorTree& tree;
  llvm::LoopInfo& loops;
  llvm::ScalarEvolution& evolution;
};

// Takes from `collected` the accesses that make up ranges, and computes these in `function`: in
// innermost loops without a boundary (see regions.h), which are left only after a number of
// iterations that is known before, accesses of each iteration on one source line whose addresses
// advance by a constant: by no more than the bytes that they touch, or by more. One check before
// the loop serves for all of them, since nothing is ordered between it and any of them. Where a
// loop around fills the gaps, as one over the columns of a matrix does around one over its rows,
// one check before both serves.
std::vector<Range> TakeRanges(llvm::Function& function, Collected& collected,
                              const LoopAnalyses& analyses);

// Whether ranges are to be taken at all.
bool TakesRanges();

}  // namespace hbsan

#endif  // HBSAN_INSTRUMENTATION_PASS_RANGES_H_
