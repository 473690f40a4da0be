#include <algorithm>

#include "instrumentation/pass/emit.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Transforms/Instrumentation.h"

#define DEBUG_TYPE "hbsan"

namespace hbsan {
namespace {

ALWAYS_ENABLED_STATISTIC(NumBulk, "Memory intrinsics replaced");
ALWAYS_ENABLED_STATISTIC(NumComparisons, "Comparisons replaced by loads");

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

void ExpandComparison(llvm::CallInst& call) {
  ++NumComparisons;
  llvm::IRBuilder<> builder(&call);
  const uint64_t size = llvm::cast<llvm::ConstantInt>(call.getArgOperand(2))->getZExtValue();
  llvm::Type* word = builder.getInt64Ty();
  llvm::Value* differing = builder.getInt64(0);
  for (uint64_t done = 0; done < size;) {
    const uint64_t part = std::min<uint64_t>(8, llvm::bit_floor(size - done));
    llvm::Value* sides[2];
    for (unsigned i = 0; i < 2; ++i) {
      llvm::Value* address = builder.CreatePtrAdd(call.getArgOperand(i), builder.getInt64(done));
      llvm::LoadInst* load =
          builder.CreateAlignedLoad(builder.getIntNTy(8 * part), address, llvm::Align(1));
      load->setNoSanitizeMetadata();
      sides[i] = builder.CreateZExt(load, word);
    }
    differing = builder.CreateOr(differing, builder.CreateXor(sides[0], sides[1]));
    done += part;
  }
  llvm::Value* result = builder.CreateZExt(builder.CreateIsNotNull(differing), call.getType());
  call.replaceAllUsesWith(result);
  call.eraseFromParent();
}

}  // namespace hbsan
