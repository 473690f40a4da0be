#include <algorithm>

#include "instrumentation/pass/emit.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Transforms/Instrumentation.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

namespace hbsan {
namespace {

// Emits a loop over the lanes, with a check of each enabled one inside.
class LaneEmitter {
 public:
  LaneEmitter(const LaneAccess& lanes, const Hooks& hooks)
      : lanes_(lanes),
        hooks_(hooks),
        builder_(lanes.inst),
        size_(lanes.inst->getDataLayout().getTypeStoreSize(lanes.type->getElementType())) {}

  void Emit() {
    llvm::Value* mask = Mask();
    if (lanes_.shape == LaneShape::kPacked) return EmitPacked(mask);
    // A bit set is cheaper to index at run time than a vector is.
    auto* fixed = llvm::dyn_cast<llvm::FixedVectorType>(mask->getType());
    if (fixed) mask = builder_.CreateBitCast(mask, builder_.getIntNTy(fixed->getNumElements()));

    llvm::Value* limit = builder_.CreateElementCount(builder_.getInt64Ty(), LaneCount());
    auto [body, index] = llvm::SplitBlockAndInsertSimpleForLoop(limit, lanes_.inst);
    builder_.SetInsertPoint(body);
    builder_.SetCurrentDebugLocation(lanes_.inst->getDebugLoc());
    llvm::Instruction* enabled =
        llvm::SplitBlockAndInsertIfThen(IsEnabled(mask, index), body, /*Unreachable=*/false);
    builder_.SetInsertPoint(enabled);
    builder_.SetCurrentDebugLocation(lanes_.inst->getDebugLoc());
    llvm::InstrumentationIRBuilder::ensureDebugInfo(builder_, *lanes_.inst->getFunction());
    const llvm::Align align = lanes_.shape == LaneShape::kContiguous
                                  ? llvm::commonAlignment(lanes_.align, size_.getFixedValue())
                                  : lanes_.align;
    EmitCheck(builder_, hooks_, AddressOf(index), size_, align, lanes_.is_write);
  }

 private:
  // One bit a lane.
  llvm::Value* Mask() {
    llvm::Value* mask = lanes_.mask;
    auto* type = llvm::cast<llvm::VectorType>(mask->getType());
    if (type->getElementType()->isIntegerTy(1)) return mask;
    auto* integers = llvm::VectorType::getInteger(type);
    return builder_.CreateICmpSLT(builder_.CreateBitCast(mask, integers),
                                  llvm::Constant::getNullValue(integers));
  }

  llvm::ElementCount LaneCount() const {
    const llvm::ElementCount count = lanes_.type->getElementCount();
    if (lanes_.shape != LaneShape::kIndexed) return count;
    const auto indices = llvm::cast<llvm::VectorType>(lanes_.operand->getType())->getElementCount();
    return llvm::ElementCount::getFixed(std::min(count.getFixedValue(), indices.getFixedValue()));
  }

  llvm::Value* IsEnabled(llvm::Value* mask, llvm::Value* index) {
    llvm::Value* enabled;
    if (mask->getType()->isVectorTy()) {
      enabled = builder_.CreateExtractElement(mask, index);
    } else {
      llvm::Value* shifted =
          builder_.CreateLShr(mask, builder_.CreateZExtOrTrunc(index, mask->getType()));
      enabled = builder_.CreateTrunc(shifted, builder_.getInt1Ty());
    }
    if (!lanes_.count) return enabled;
    llvm::Value* count = builder_.CreateZExt(lanes_.count, index->getType());
    return builder_.CreateAnd(enabled, builder_.CreateICmpULT(index, count));
  }

  llvm::Value* AddressOf(llvm::Value* index) {
    llvm::Type* word = builder_.getInt64Ty();
    llvm::Value* offset = nullptr;
    switch (lanes_.shape) {
      case LaneShape::kPointers:
        return builder_.CreateExtractElement(lanes_.pointer, index);
      case LaneShape::kContiguous:
      case LaneShape::kPacked:
        offset = builder_.CreateMul(index, builder_.getInt64(size_.getFixedValue()));
        break;
      case LaneShape::kStrided:
        offset = builder_.CreateMul(index, builder_.CreateSExtOrTrunc(lanes_.operand, word));
        break;
      case LaneShape::kIndexed:
        offset = builder_.CreateMul(
            builder_.CreateSExtOrTrunc(builder_.CreateExtractElement(lanes_.operand, index), word),
            builder_.getInt64(lanes_.scale));
        break;
    }
    return builder_.CreatePtrAdd(lanes_.pointer, offset);
  }

  // The enabled lanes lie side by side: one range, perhaps an empty one.
  void EmitPacked(llvm::Value* mask) {
    llvm::Value* counted = builder_.CreateZExt(
        mask, llvm::VectorType::get(builder_.getInt64Ty(), lanes_.type->getElementCount()));
    llvm::Value* bytes = builder_.CreateMul(builder_.CreateAddReduce(counted),
                                            builder_.getInt64(size_.getFixedValue()));
    hooks_.Call(builder_, lanes_.is_write ? "__tsan_write_range" : "__tsan_read_range",
                builder_.getVoidTy(), {lanes_.pointer, bytes});
  }

  const LaneAccess& lanes_;
  const Hooks& hooks_;
  llvm::InstrumentationIRBuilder builder_;
  const llvm::TypeSize size_;
};

}  // namespace

void EmitLanes(const LaneAccess& lanes, const Hooks& hooks) { LaneEmitter(lanes, hooks).Emit(); }

}  // namespace hbsan
