// Divisions in what the bounds of a range are computed from.
#ifndef HBSAN_INSTRUMENTATION_PASS_QUOTIENTS_H_
#define HBSAN_INSTRUMENTATION_PASS_QUOTIENTS_H_

#include <vector>

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Function.h"

namespace hbsan {

// Divisions by what is not constant, as those of a loop's bounds among threads, are not computed
// anew, since the divisor might be 0; quotients that the function has computed take their place.
class Quotients {
 public:
  Quotients(llvm::Function& function, const llvm::LoopInfo& loops, const llvm::DominatorTree& tree,
            llvm::ScalarEvolution& evolution);

  // `expression`, with the quotients known at `place`.
  const llvm::SCEV* InsertInto(const llvm::SCEV* expression, const llvm::Instruction* place) const;

 private:
  struct Rewriter;

  // Whether `known` was executed before `place`, and since when in each iteration of the loops
  // around it.
  bool IsCurrentAt(const llvm::Instruction* known, const llvm::Instruction* place) const;

  const llvm::LoopInfo& loops_;
  const llvm::DominatorTree& tree_;
  llvm::ScalarEvolution& evolution_;
  std::vector<llvm::Instruction*> known_;
};

}  // namespace hbsan

#endif  // HBSAN_INSTRUMENTATION_PASS_QUOTIENTS_H_
