#include "instrumentation/pass/emit.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Transforms/Instrumentation.h"

#define DEBUG_TYPE "hbsan"

namespace hbsan {
namespace {

ALWAYS_ENABLED_STATISTIC(NumBulk, "Memory intrinsics replaced");

}  // namespace

void EmitBulk(llvm::MemIntrinsic& inst, const Hooks& hooks) {
  ++NumBulk;
  llvm::InstrumentationIRBuilder builder(&inst);
  llvm::Value* length = builder.CreateZExtOrTrunc(inst.getLength(), builder.getInt64Ty());
  if (auto* set = llvm::dyn_cast<llvm::MemSetInst>(&inst)) {
    hooks.Call(
        builder, "__tsan_memset", builder.getPtrTy(),
        {set->getRawDest(), builder.CreateZExt(set->getValue(), builder.getInt32Ty()), length});
  } else {
    const bool may_overlap = llvm::isa<llvm::MemMoveInst>(inst);
    hooks.Call(builder, may_overlap ? "__tsan_memmove" : "__tsan_memcpy", builder.getPtrTy(),
               {inst.getRawDest(), llvm::cast<llvm::MemTransferInst>(inst).getRawSource(), length});
  }
  inst.eraseFromParent();
}

}  // namespace hbsan
