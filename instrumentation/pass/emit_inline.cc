#include <algorithm>
#include <cstddef>

#include "detector/hot_state.h"
#include "instrumentation/pass/emit.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/KnownBits.h"
#include "llvm/Transforms/Instrumentation.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

#define DEBUG_TYPE "hbsan"

namespace hbsan {
namespace {

llvm::cl::opt<bool> inline_checks("hbsan-inline-checks", llvm::cl::init(true), llvm::cl::Hidden,
                                  llvm::cl::desc("Look for repeated accesses without a call"));
llvm::cl::opt<unsigned> inline_limit(
    "hbsan-inline-limit", llvm::cl::init(4000), llvm::cl::Hidden,
    llvm::cl::desc("Accesses of a function from which on none is checked inline"));

llvm::cl::opt<bool> share_cells("hbsan-share-cells", llvm::cl::init(true), llvm::cl::Hidden,
                                llvm::cl::desc("Find a field's shadow by that of its object"));

ALWAYS_ENABLED_STATISTIC(NumInline, "Accesses checked inline");
ALWAYS_ENABLED_STATISTIC(NumShared, "Accesses whose shadow is found by their object's");

// Objects reach so far at most; none lies where the keys of addresses begin anew.
constexpr uint64_t kMaxSharedOffset = 4096;

constexpr HotState kInitial{};
constexpr uint32_t kHighCovered = kInitial.other_half[0];
constexpr uint32_t kLowCovered = kInitial.other_half[1];

// Builds the test of one access right before its instruction.
class InlineCheck {
 public:
  InlineCheck(const Access& access, llvm::Value* address, const Hooks& hooks)
      : access_(access),
        size_(access.size.getFixedValue()),
        hooks_(hooks),
        builder_(access.place),
        layout_(access.inst->getDataLayout()),
        pointer_(address),
        address_(builder_.CreatePtrToInt(address, builder_.getInt64Ty())),
        known_(
            llvm::computeKnownBits(address, layout_, /*Depth=*/0, /*AC=*/nullptr, access.place)) {
    builder_.SetCurrentDebugLocation(access.inst->getDebugLoc());
    llvm::InstrumentationIRBuilder::ensureDebugInfo(builder_, *access.inst->getFunction());
    const unsigned aligned = llvm::Log2(llvm::commonAlignment(access.align, 8));
    known_.Zero.setLowBits(aligned);
    known_.One.clearLowBits(aligned);
  }

  // Returns where to call the runtime.
  llvm::Instruction* Emit() {
    llvm::Value* plane = Field(
        IsWrite(access_.kind) ? offsetof(HotState, write_plane) : offsetof(HotState, read_plane),
        builder_.getInt64Ty());
    plane = builder_.CreateIntToPtr(plane, builder_.getPtrTy());
    llvm::Value* cell = Cell();
    llvm::Value* misses = IsNotOwn(plane, cell);
    if (size_ == 16) {
      llvm::Value* next = builder_.CreateAdd(cell, builder_.getInt64(1));
      misses = builder_.CreateOr(misses, IsNotOwn(plane, next));
    }
    if (llvm::Value* straddles = Straddles()) misses = builder_.CreateOr(misses, straddles);
    return llvm::SplitBlockAndInsertIfThen(
        misses, access_.place, /*Unreachable=*/false,
        llvm::MDBuilder(builder_.getContext()).createUnlikelyBranchWeights());
  }

 private:
  llvm::Value* Field(uint64_t offset, llvm::Type* type) {
    llvm::Value* field =
        builder_.CreateConstInBoundsGEP1_64(builder_.getInt8Ty(), hooks_.HotState(), offset);
    return builder_.CreateLoad(type, field, /*isVolatile=*/true);
  }

  llvm::Value* CellOf(llvm::Value* address) {
    return builder_.CreateLShr(builder_.CreateShl(address, 64 - kKeyBits), 64 - kKeyBits + 3);
  }

  // The index of the (first) cell. That of a field follows from that of its object, which code
  // generation then computes once for all fields.
  llvm::Value* Cell() {
    llvm::APInt offset(layout_.getIndexTypeSizeInBits(pointer_->getType()), 0);
    llvm::Value* object =
        pointer_->stripAndAccumulateConstantOffsets(layout_, offset, /*AllowNonInbounds=*/true);
    if (!share_cells || offset.isZero() || offset.uge(kMaxSharedOffset)) return CellOf(address_);
    const bool is_aligned =
        (known_.countMinTrailingZeros() >= 3 && offset.countr_zero() >= 3) ||
        llvm::computeKnownBits(object, layout_, /*Depth=*/0, /*AC=*/nullptr, access_.place)
                .countMinTrailingZeros() >= 3;
    if (!is_aligned) return CellOf(address_);
    ++NumShared;
    return builder_.CreateAdd(CellOf(builder_.CreatePtrToInt(object, builder_.getInt64Ty())),
                              builder_.getInt64(offset.getZExtValue() >> 3));
  }

  // True if the cell's record is none of the present epoch that covers the bytes.
  llvm::Value* IsNotOwn(llvm::Value* plane, llvm::Value* cell) {
    llvm::Type* word = builder_.getInt32Ty();
    llvm::LoadInst* record =
        builder_.CreateAlignedLoad(word, builder_.CreateGEP(word, plane, cell), llvm::Align(4));
    record->setAtomic(llvm::AtomicOrdering::Monotonic);
    record->setNoSanitizeMetadata();  // Clang's own pass would take it for the program's.
    llvm::Value* id = record;
    if (size_ < 8) id = builder_.CreateOr(id, OtherHalf());
    llvm::Value* distance = builder_.CreateSub(id, Field(offsetof(HotState, own_first), word));
    return builder_.CreateICmpUGE(distance, Field(offsetof(HotState, own_count), word));
  }

  // The coverage bit of the half of the cell that the access does not touch.
  llvm::Value* OtherHalf() {
    if (known_.Zero[2]) return builder_.getInt32(kHighCovered);
    if (known_.One[2]) return builder_.getInt32(kLowCovered);
    llvm::Value* half = builder_.CreateAnd(address_, builder_.getInt64(4));
    llvm::Value* table = builder_.CreateConstInBoundsGEP1_64(
        builder_.getInt8Ty(), hooks_.HotState(), offsetof(HotState, other_half));
    return builder_.CreateLoad(builder_.getInt32Ty(), builder_.CreatePtrAdd(table, half));
  }

  // True if the access leaves its half of a cell, or for the larger sizes its cells; null if it
  // cannot.
  llvm::Value* Straddles() {
    const unsigned zeros = known_.countMinTrailingZeros();
    const uint64_t unit = std::min<uint64_t>(size_, 8);
    if ((uint64_t{1} << zeros) >= unit) return nullptr;
    const uint64_t mask = unit == 8 ? 7 : 3;
    llvm::Value* within = builder_.CreateAnd(address_, builder_.getInt64(mask));
    return builder_.CreateICmpUGT(within, builder_.getInt64(mask + 1 - unit));
  }

  const Access& access_;
  const uint64_t size_;
  const Hooks& hooks_;
  llvm::InstrumentationIRBuilder builder_;
  const llvm::DataLayout& layout_;
  llvm::Value* pointer_;
  llvm::Value* address_;
  llvm::KnownBits known_;
};

}  // namespace

bool ChecksInline(const llvm::Function& function, size_t accesses) {
  return inline_checks && !function.hasOptSize() && accesses < inline_limit;
}

llvm::Instruction* EmitInlineTest(const Access& access, llvm::Value* address, const Hooks& hooks) {
  ++NumInline;
  return InlineCheck(access, address, hooks).Emit();
}

}  // namespace hbsan
