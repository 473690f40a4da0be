#include "instrumentation/pass/emit.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Transforms/Instrumentation.h"

#define DEBUG_TYPE "hbsan"

namespace hbsan {
namespace {

llvm::cl::opt<bool> cold_calls("hbsan-cold-calls", llvm::cl::init(true), llvm::cl::Hidden,
                               llvm::cl::desc("Call hooks that preserve all registers"));

llvm::cl::opt<bool> split_accesses("hbsan-split-accesses", llvm::cl::init(true), llvm::cl::Hidden,
                                   llvm::cl::desc("Check larger accesses inline, in parts"));

// A larger access is checked by a range's hook if it would fall into more.
constexpr size_t kMostParts = 2;

ALWAYS_ENABLED_STATISTIC(NumSplit, "Accesses checked inline in parts");
ALWAYS_ENABLED_STATISTIC(NumCold, "Hooks called that preserve all registers");
ALWAYS_ENABLED_STATISTIC(NumReads, "Reads checked");
ALWAYS_ENABLED_STATISTIC(NumWrites, "Writes checked");

// The vtable pointer at distance `offset` in what `store` stores: a pointer, an integer, or a
// vector of them when several were stored at once.
llvm::Value* StoredVptr(llvm::IRBuilderBase& builder, llvm::StoreInst& store, uint64_t offset) {
  const llvm::DataLayout& layout = store.getDataLayout();
  llvm::Value* value = store.getValueOperand();
  llvm::Type* word = builder.getIntPtrTy(layout);
  if (value->getType()->isPointerTy()) return value;
  if (auto* vector = llvm::dyn_cast<llvm::FixedVectorType>(value->getType());
      vector && layout.getTypeStoreSize(vector->getElementType()) == layout.getPointerSize()) {
    value = builder.CreateExtractElement(value, offset / layout.getPointerSize());
  } else {
    const uint64_t bits = layout.getTypeStoreSizeInBits(value->getType()).getFixedValue();
    value = builder.CreateBitOrPointerCast(value, builder.getIntNTy(bits));
    value = builder.CreateTrunc(builder.CreateLShr(value, 8 * offset), word);
  }
  return value->getType()->isPointerTy()
             ? value
             : builder.CreateIntToPtr(builder.CreateBitCast(value, word), builder.getPtrTy());
}

bool HasHookOfItsSize(llvm::TypeSize size) {
  const uint64_t bytes = size.getKnownMinValue();
  return !size.isScalable() && llvm::isPowerOf2_64(bytes) && bytes <= 16;
}

// `access` as accesses that have hooks of their sizes; itself alone if that takes too many. Where
// the alignment is not known, parts of half a cell are the largest that mostly lie in one.
llvm::SmallVector<Access, kMostParts> PartsOf(const Access& access) {
  if (HasHookOfItsSize(access.size) || access.size.isScalable() || !split_accesses) return {access};
  const uint64_t unit = access.align >= 8 ? 16 : 4;
  const uint64_t size = access.size.getFixedValue();
  llvm::SmallVector<Access, kMostParts> parts;
  for (uint64_t done = 0; done < size;) {
    if (parts.size() == kMostParts) return {access};
    const uint64_t part = std::min(unit, llvm::bit_floor(size - done));
    Access& made = parts.emplace_back(access);
    made.offset += done;
    made.size = llvm::TypeSize::getFixed(part);
    made.align = llvm::commonAlignment(access.align, done);
    done += part;
  }
  ++NumSplit;
  return parts;
}

// Right before the builder's position, which may be in a block of its own: where an inline test has
// failed, if it is `tested`.
void EmitHook(llvm::IRBuilderBase& builder, const Hooks& hooks, const Access& access,
              llvm::Value* address, bool tested) {
  const bool is_vptr = access.kind == AccessKind::kVptrRead;
  if (!cold_calls || !HasHookOfItsSize(access.size)) {
    if (is_vptr) {
      hooks.Call(builder, "__tsan_vptr_read", builder.getVoidTy(), {address});
    } else {
      EmitCheck(builder, hooks, address, access.size, access.align, IsWrite(access.kind));
    }
    return;
  }
  ++NumCold;
  const llvm::StringRef prefix = tested ? "__hbsan_cold_" : "__hbsan_";
  if (is_vptr) {
    hooks.CallCold(builder, prefix + "vptr_read", address);
  } else {
    const llvm::StringRef verb = IsWrite(access.kind) ? "write" : "read";
    hooks.CallCold(builder, prefix + verb + llvm::Twine(access.size.getFixedValue()), address);
  }
}

void EmitPart(const Access& access, const Hooks& hooks, bool check_inline) {
  llvm::InstrumentationIRBuilder builder(access.place);
  builder.SetCurrentDebugLocation(access.inst->getDebugLoc());
  llvm::InstrumentationIRBuilder::ensureDebugInfo(builder, *access.inst->getFunction());
  llvm::Value* address =
      access.offset == 0 ? access.pointer
                         : builder.CreatePtrAdd(access.pointer, builder.getInt64(access.offset));
  if (access.kind == AccessKind::kVptrUpdate) {
    hooks.Call(
        builder, "__tsan_vptr_update", builder.getVoidTy(),
        {address, StoredVptr(builder, *llvm::cast<llvm::StoreInst>(access.inst), access.offset)});
    return;
  }
  const bool tested = check_inline && HasHookOfItsSize(access.size);
  if (tested) {
    builder.SetInsertPoint(EmitInlineTest(access, address, hooks));
    builder.SetCurrentDebugLocation(access.inst->getDebugLoc());
    llvm::InstrumentationIRBuilder::ensureDebugInfo(builder, *access.inst->getFunction());
  }
  EmitHook(builder, hooks, access, address, tested);
}

}  // namespace

void EmitCheck(llvm::IRBuilderBase& builder, const Hooks& hooks, llvm::Value* address,
               llvm::TypeSize size, llvm::Align align, bool is_write) {
  const llvm::StringRef verb = is_write ? "write" : "read";
  const uint64_t bytes = size.getKnownMinValue();
  if (!HasHookOfItsSize(size)) {
    hooks.Call(builder, "__tsan_" + verb + "_range", builder.getVoidTy(),
               {address, builder.CreateTypeSize(builder.getInt64Ty(), size)});
    return;
  }
  const bool is_aligned = align >= 8 || align.value() % bytes == 0;
  const llvm::StringRef prefix = is_aligned ? "__tsan_" : "__tsan_unaligned_";
  hooks.Call(builder, prefix + verb + llvm::Twine(bytes), builder.getVoidTy(), {address});
}

void EmitAccess(const Access& access, const Hooks& hooks, bool check_inline) {
  IsWrite(access.kind) ? ++NumWrites : ++NumReads;
  if (!check_inline) return EmitPart(access, hooks, check_inline);
  for (const Access& part : PartsOf(access)) EmitPart(part, hooks, check_inline);
}

llvm::CallInst* EmitRange(const Range& range, const Hooks& hooks) {
  llvm::Instruction* place = range.place;
  if (range.stride != 0 && !range.rows) {
    const Access first{range.inst,
                       range.base,
                       0,
                       llvm::TypeSize::getFixed(range.element),
                       llvm::commonAlignment(range.align, range.stride),
                       range.is_write ? AccessKind::kWrite : AccessKind::kRead,
                       0,
                       0,
                       place};
    place = EmitInlineTest(first, range.base, hooks);
  }
  llvm::IRBuilder<> builder(place);
  builder.SetCurrentDebugLocation(range.inst->getDebugLoc());
  llvm::InstrumentationIRBuilder::ensureDebugInfo(builder, *range.inst->getFunction());
  const llvm::StringRef verb = range.is_write ? "write" : "read";
  llvm::Value* element = builder.getInt64(range.element);
  if (range.stride == 0) {
    return hooks.Call(builder, "__hbsan_" + verb + "_elements", builder.getVoidTy(),
                      {range.base, range.bytes, element});
  }
  llvm::Value* stride = builder.getInt64(range.stride);
  if (range.rows) {
    return hooks.Call(builder, "__hbsan_" + verb + "_rows", builder.getVoidTy(),
                      {range.base, range.bytes, element, range.rows, stride});
  }
  return hooks.Call(builder, "__hbsan_" + verb + "_strided", builder.getVoidTy(),
                    {range.base, range.bytes, element, stride});
}

}  // namespace hbsan
