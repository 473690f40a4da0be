#include <vector>

#include "instrumentation/pass/collect.h"
#include "instrumentation/pass/emit.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/LowerAtomic.h"

#define DEBUG_TYPE "hbsan"

namespace hbsan {
namespace {

ALWAYS_ENABLED_STATISTIC(NumExpandedRmw, "RMW operations made compare-exchange loops");

bool HasHook(const llvm::AtomicRMWInst& rmw) {
  switch (rmw.getOperation()) {
    case llvm::AtomicRMWInst::Xchg:
    case llvm::AtomicRMWInst::Add:
    case llvm::AtomicRMWInst::Sub:
    case llvm::AtomicRMWInst::And:
    case llvm::AtomicRMWInst::Or:
    case llvm::AtomicRMWInst::Xor:
    case llvm::AtomicRMWInst::Nand:
      return true;
    default:
      return false;
  }
}

// head: guess = load relaxed; loop: seen = phi [guess, head], [old, loop];
//       old, done = cmpxchg address, seen, f(seen); br done, end, loop; end: ... seen ...
void ExpandRmw(llvm::AtomicRMWInst& rmw) {
  ++NumExpandedRmw;
  llvm::Type* type = rmw.getType();
  const uint64_t bits = rmw.getDataLayout().getTypeStoreSizeInBits(type).getFixedValue();
  llvm::BasicBlock* head = rmw.getParent();
  llvm::BasicBlock* end = head->splitBasicBlock(&rmw, "rmw.end");
  llvm::BasicBlock* loop =
      llvm::BasicBlock::Create(rmw.getContext(), "rmw.loop", head->getParent(), end);

  head->getTerminator()->eraseFromParent();
  llvm::IRBuilder<> builder(head);
  builder.SetCurrentDebugLocation(rmw.getDebugLoc());
  llvm::Type* integer = builder.getIntNTy(bits);
  llvm::LoadInst* guess =
      builder.CreateAlignedLoad(integer, rmw.getPointerOperand(), rmw.getAlign());
  guess->setAtomic(llvm::AtomicOrdering::Monotonic, rmw.getSyncScopeID());
  builder.CreateBr(loop);

  builder.SetInsertPoint(loop);
  llvm::PHINode* seen = builder.CreatePHI(integer, 2);
  llvm::Value* old_value = builder.CreateBitOrPointerCast(seen, type);
  llvm::Value* new_value =
      llvm::buildAtomicRMWValue(rmw.getOperation(), builder, old_value, rmw.getValOperand());
  llvm::AtomicCmpXchgInst* exchange = builder.CreateAtomicCmpXchg(
      rmw.getPointerOperand(), seen, builder.CreateBitOrPointerCast(new_value, integer),
      rmw.getAlign(), rmw.getOrdering(),
      llvm::AtomicCmpXchgInst::getStrongestFailureOrdering(rmw.getOrdering()),
      rmw.getSyncScopeID());
  exchange->setVolatile(rmw.isVolatile());
  seen->addIncoming(guess, head);
  seen->addIncoming(builder.CreateExtractValue(exchange, 0), loop);
  builder.CreateCondBr(builder.CreateExtractValue(exchange, 1), end, loop);

  rmw.replaceAllUsesWith(old_value);
  rmw.eraseFromParent();
}

// One unordered atomic access to each element; a move starts at the end that the other operand does
// not overlap yet.
void ExpandElementwise(llvm::AtomicMemIntrinsic& inst) {
  llvm::IRBuilder<> builder(&inst);
  const uint64_t size = inst.getElementSizeInBytes();
  const llvm::Align align(size);
  llvm::Type* element = builder.getIntNTy(8 * size);
  auto* transfer = llvm::dyn_cast<llvm::AtomicMemTransferInst>(&inst);
  llvm::Value* count = builder.CreateUDiv(
      builder.CreateZExtOrTrunc(inst.getLength(), builder.getInt64Ty()), builder.getInt64(size));
  llvm::Value* descends = llvm::isa<llvm::AtomicMemMoveInst>(inst)
                              ? builder.CreateICmpULT(transfer->getRawSource(), inst.getRawDest())
                              : builder.getFalse();
  llvm::Value* pattern = nullptr;
  if (auto* set = llvm::dyn_cast<llvm::AtomicMemSetInst>(&inst)) {
    pattern = builder.CreateMul(
        builder.CreateZExt(set->getValue(), element),
        llvm::ConstantInt::get(builder.getContext(),
                               llvm::APInt::getSplat(8 * size, llvm::APInt(8, 1))));
  }

  llvm::Instruction* some = llvm::SplitBlockAndInsertIfThen(builder.CreateIsNotNull(count), &inst,
                                                            /*Unreachable=*/false);
  auto [body, step] = llvm::SplitBlockAndInsertSimpleForLoop(count, some);
  builder.SetInsertPoint(body);
  builder.SetCurrentDebugLocation(inst.getDebugLoc());
  llvm::Value* last = builder.CreateSub(count, builder.getInt64(1));
  llvm::Value* index = builder.CreateSelect(descends, builder.CreateSub(last, step), step);
  llvm::Value* value = pattern;
  if (transfer) {
    llvm::LoadInst* load = builder.CreateAlignedLoad(
        element, builder.CreateGEP(element, transfer->getRawSource(), index), align);
    load->setAtomic(llvm::AtomicOrdering::Unordered);
    value = load;
  }
  builder.CreateAlignedStore(value, builder.CreateGEP(element, inst.getRawDest(), index), align)
      ->setAtomic(llvm::AtomicOrdering::Unordered);
  inst.eraseFromParent();
}

}  // namespace

void ExpandAtomics(llvm::Function& function) {
  std::vector<llvm::AtomicRMWInst*> rmws;
  std::vector<llvm::AtomicMemIntrinsic*> elementwise;
  for (llvm::Instruction& inst : llvm::instructions(function)) {
    if (inst.hasMetadata(llvm::LLVMContext::MD_nosanitize)) continue;
    if (auto* rmw = llvm::dyn_cast<llvm::AtomicRMWInst>(&inst);
        rmw && !HasHook(*rmw) && IsCheckable(rmw->getPointerOperand())) {
      rmws.push_back(rmw);
    } else if (auto* memory = llvm::dyn_cast<llvm::AtomicMemIntrinsic>(&inst);
               memory && IsCheckable(memory->getRawDest())) {
      elementwise.push_back(memory);
    }
  }
  for (llvm::AtomicRMWInst* rmw : rmws) ExpandRmw(*rmw);
  for (llvm::AtomicMemIntrinsic* memory : elementwise) ExpandElementwise(*memory);
}

}  // namespace hbsan
