#include "instrumentation/pass/quotients.h"

#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/IR/InstIterator.h"

namespace hbsan {

struct Quotients::Rewriter : llvm::SCEVRewriteVisitor<Rewriter> {
  Rewriter(const Quotients& quotients, const llvm::Instruction* where)
      : SCEVRewriteVisitor(quotients.evolution_), all(quotients), place(where) {}

  const llvm::SCEV* visitUDivExpr(const llvm::SCEVUDivExpr* quotient) {
    if (!llvm::isa<llvm::SCEVConstant>(quotient->getRHS())) {
      for (llvm::Instruction* known : all.known_) {
        if (SE.getSCEV(known) == quotient && all.IsCurrentAt(known, place)) {
          return SE.getUnknown(known);
        }
      }
    }
    return SCEVRewriteVisitor::visitUDivExpr(quotient);
  }

  const Quotients& all;
  const llvm::Instruction* place;
};

Quotients::Quotients(llvm::Function& function, const llvm::LoopInfo& loops,
                     const llvm::DominatorTree& tree, llvm::ScalarEvolution& evolution)
    : loops_(loops), tree_(tree), evolution_(evolution) {
  for (llvm::Instruction& inst : llvm::instructions(function)) {
    if (inst.getOpcode() == llvm::Instruction::UDiv && !inst.getType()->isVectorTy()) {
      known_.push_back(&inst);
    }
  }
}

// What a loop computed that was left before has the value of its last iteration, which an
// expression of the iteration does not denote.
bool Quotients::IsCurrentAt(const llvm::Instruction* known, const llvm::Instruction* place) const {
  const llvm::Loop* loop = loops_.getLoopFor(known->getParent());
  return (!loop || loop->contains(place)) && tree_.dominates(known, place);
}

const llvm::SCEV* Quotients::InsertInto(const llvm::SCEV* expression,
                                        const llvm::Instruction* place) const {
  if (known_.empty()) return expression;
  Rewriter rewriter(*this, place);
  return rewriter.visit(expression);
}

}  // namespace hbsan
