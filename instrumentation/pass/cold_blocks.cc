#include "instrumentation/pass/cold_blocks.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Instructions.h"

namespace hbsan {

llvm::DenseSet<const llvm::BasicBlock*> ColdBlocks(const llvm::Function& function) {
  llvm::DenseSet<const llvm::BasicBlock*> cold;
  const auto is_cold = [&](const llvm::BasicBlock* block) { return cold.contains(block); };
  const auto becomes_cold = [&](const llvm::BasicBlock& block) {
    if (block.isEHPad() || llvm::isa<llvm::UnreachableInst>(block.getTerminator())) return true;
    return (!llvm::succ_empty(&block) && llvm::all_of(llvm::successors(&block), is_cold)) ||
           (!llvm::pred_empty(&block) && llvm::all_of(llvm::predecessors(&block), is_cold));
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (const llvm::BasicBlock& block : function) {
      if (is_cold(&block) || !becomes_cold(block)) continue;
      cold.insert(&block);
      changed = true;
    }
  }
  return cold;
}

}  // namespace hbsan
