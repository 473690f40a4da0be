// Code that is hardly ever executed.
#ifndef HBSAN_INSTRUMENTATION_PASS_COLD_BLOCKS_H_
#define HBSAN_INSTRUMENTATION_PASS_COLD_BLOCKS_H_

#include "llvm/ADT/DenseSet.h"
#include "llvm/IR/Function.h"

namespace hbsan {

// The blocks that control only comes to from where an exception arrives, or only leaves to where
// the program or the function is given up: small code is worth more there than fast code.
llvm::DenseSet<const llvm::BasicBlock*> ColdBlocks(const llvm::Function& function);

}  // namespace hbsan

#endif  // HBSAN_INSTRUMENTATION_PASS_COLD_BLOCKS_H_
