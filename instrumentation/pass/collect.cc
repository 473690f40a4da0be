#include "instrumentation/pass/collect.h"

#include <utility>

#include "instrumentation/pass/early_ranges.h"
#include "instrumentation/pass/marks.h"
#include "instrumentation/pass/summaries.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/ProfileData/InstrProf.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/TargetParser/Triple.h"

namespace hbsan {
namespace {

llvm::cl::opt<bool> inline_comparisons(
    "hbsan-inline-comparisons", llvm::cl::init(true), llvm::cl::Hidden,
    llvm::cl::desc("Check comparisons of a few bytes without the interceptor"));

// Up to here a copy or a comparison keeps its inline form, or gets one, and is checked by separate
// hooks; code generation makes no call of it, so that no interceptor checks it again.
constexpr uint64_t kMaxInlineBytes = 64;

struct Piece {
  uint64_t offset;
  llvm::TypeSize size;
};
using Pieces = llvm::SmallVector<Piece, 4>;

void AppendPiece(uint64_t offset, llvm::TypeSize size, Pieces& pieces) {
  if (size.isZero()) return;
  if (!pieces.empty() && !size.isScalable() && !pieces.back().size.isScalable() &&
      pieces.back().offset + pieces.back().size.getFixedValue() == offset) {
    pieces.back().size += size;
    return;
  }
  pieces.push_back({offset, size});
}

// The runs of bytes that a load or store of `type` touches: padding inside aggregates is left out.
void AppendPieces(llvm::Type* type, uint64_t offset, const llvm::DataLayout& layout,
                  Pieces& pieces) {
  if (auto* record = llvm::dyn_cast<llvm::StructType>(type);
      record && !record->containsScalableVectorType()) {
    const llvm::StructLayout* fields = layout.getStructLayout(record);
    for (unsigned i = 0; i < record->getNumElements(); ++i) {
      AppendPieces(record->getElementType(i), offset + fields->getElementOffset(i), layout, pieces);
    }
  } else if (auto* array = llvm::dyn_cast<llvm::ArrayType>(type)) {
    const uint64_t step = layout.getTypeAllocSize(array->getElementType());
    for (uint64_t i = 0; i < array->getNumElements(); ++i) {
      AppendPieces(array->getElementType(), offset + i * step, layout, pieces);
    }
  } else {
    AppendPiece(offset, layout.getTypeStoreSize(type), pieces);
  }
}

// The lanes of the vector that `inst` loads of which something is used. A loop that reads every
// other element, or one field of each, is vectorized by loads of all and shuffles: what lies
// between is none of the program's accesses.
llvm::APInt UsedLanes(const llvm::Instruction& inst, unsigned lanes) {
  llvm::APInt used(lanes, 0);
  for (const llvm::User* user : inst.users()) {
    if (const auto* shuffle = llvm::dyn_cast<llvm::ShuffleVectorInst>(user)) {
      for (const int lane : shuffle->getShuffleMask()) {
        if (lane < 0) continue;
        const bool is_first = static_cast<unsigned>(lane) < lanes;
        if (shuffle->getOperand(is_first ? 0 : 1) == &inst) {
          used.setBit(is_first ? lane : lane - lanes);
        }
      }
      continue;
    }
    const auto* extract = llvm::dyn_cast<llvm::ExtractElementInst>(user);
    const auto* lane =
        extract ? llvm::dyn_cast<llvm::ConstantInt>(extract->getIndexOperand()) : nullptr;
    if (!lane || lane->getValue().uge(lanes)) return llvm::APInt::getAllOnes(lanes);
    used.setBit(lane->getZExtValue());
  }
  return used;
}

void AppendLoadedLanes(const llvm::Instruction& inst, const llvm::FixedVectorType& type,
                       const llvm::DataLayout& layout, Pieces& pieces) {
  const llvm::APInt used = UsedLanes(inst, type.getNumElements());
  const llvm::TypeSize size = layout.getTypeStoreSize(type.getElementType());
  for (unsigned lane = 0; lane < type.getNumElements(); ++lane) {
    if (used[lane]) AppendPiece(lane * size.getFixedValue(), size, pieces);
  }
}

bool IsVtableAccess(const llvm::Instruction& inst) {
  const llvm::MDNode* tag = inst.getMetadata(llvm::LLVMContext::MD_tbaa);
  return tag && tag->isTBAAVtableAccess();
}

// How many bytes of each side bcmp compares, which is what becomes of memcmp if nobody asks which
// side is less; 0: it is another call, or that is not known, or they are many.
uint64_t BytesCompared(const llvm::CallBase& call) {
  const llvm::Function* callee = call.getCalledFunction();
  if (!callee || !callee->isDeclaration() || callee->getName() != "bcmp") return 0;
  if (!llvm::isa<llvm::CallInst>(call) || call.isNoBuiltin() || call.arg_size() != 3) return 0;
  const auto* length = llvm::dyn_cast<llvm::ConstantInt>(call.getArgOperand(2));
  return length && length->getValue().ule(kMaxInlineBytes) ? length->getZExtValue() : 0;
}

// Counters of the compiler's own instrumentation race by design.
bool IsCompilersCounter(const llvm::GlobalVariable& global) {
  if (global.hasSection()) {
    const auto format = llvm::Triple(global.getParent()->getTargetTriple()).getObjectFormat();
    for (llvm::InstrProfSectKind kind : {llvm::IPSK_cnts, llvm::IPSK_bitmap}) {
      if (global.getSection().ends_with(
              llvm::getInstrProfSectionName(kind, format, /*AddSegmentInfo=*/false))) {
        return true;
      }
    }
  }
  const llvm::StringRef name = global.getName();
  return name.starts_with("__llvm_gcov") || name.starts_with("__llvm_gcda") ||
         name.starts_with("__profc_") || name.starts_with("__profbm_");
}

// Walks one function and fills a Collected.
class Collector {
 public:
  Collector(llvm::Function& function, Scope scope)
      : layout_(function.getDataLayout()),
        scope_(scope),
        marks_(*function.getParent()),
        is_vectorized_(IsVectorized(function)) {}

  void Visit(llvm::BasicBlock& block) {
    const auto begin = static_cast<uint32_t>(result_.accesses.size());
    segment_ = 0;
    stretch_ = 0;
    for (llvm::Instruction& inst : block) {
      Visit(inst);
      if (EndsRegion(inst)) ++segment_;
      if (IsBoundary(inst)) ++stretch_;
    }
    result_.blocks.push_back(
        {&block, begin, static_cast<uint32_t>(result_.accesses.size()), segment_, stretch_});
  }

  Collected Take() { return std::move(result_); }

 private:
  void Visit(llvm::Instruction& inst);
  void VisitCall(llvm::CallBase& call);
  void VisitLoadStore(llvm::Instruction& inst);
  void VisitMemIntrinsic(llvm::MemIntrinsic& inst);
  void VisitComparison(llvm::CallBase& call, uint64_t bytes);
  void VisitLanes(const LaneAccess& lanes);

  void Add(llvm::Instruction& inst, llvm::Value* pointer, uint64_t offset, llvm::TypeSize size,
           llvm::Align align, AccessKind kind) {
    if (marks_.Has(inst, IsWrite(kind) ? Mark::kWriteChecked : Mark::kReadChecked)) return;
    result_.accesses.push_back({&inst, pointer, offset, size, llvm::commonAlignment(align, offset),
                                kind, segment_, stretch_, &inst});
  }

  const llvm::DataLayout& layout_;
  const Scope scope_;
  const Marks marks_;
  const bool is_vectorized_;
  Collected result_;
  uint32_t segment_ = 0;
  uint32_t stretch_ = 0;
};

void Collector::Visit(llvm::Instruction& inst) {
  const bool skip = inst.hasMetadata(llvm::LLVMContext::MD_nosanitize);
  if (IsAtomicOperation(inst)) {
    const llvm::Value* pointer = llvm::isa<llvm::FenceInst>(inst)
                                     ? nullptr
                                     : inst.getOperand(llvm::isa<llvm::StoreInst>(inst) ? 1 : 0);
    if (!skip && (!pointer || IsCheckable(pointer))) result_.atomics.push_back(&inst);
  } else if (llvm::isa<llvm::LoadInst, llvm::StoreInst>(inst)) {
    if (!skip && scope_ == Scope::kAll) VisitLoadStore(inst);
  } else if (auto* call = llvm::dyn_cast<llvm::CallBase>(&inst); call && !skip) {
    VisitCall(*call);
  }
}

void Collector::VisitLoadStore(llvm::Instruction& inst) {
  llvm::Value* pointer = llvm::getLoadStorePointerOperand(&inst);
  if (!IsCheckable(pointer)) return;
  const bool is_write = llvm::isa<llvm::StoreInst>(inst);
  const llvm::Align align = llvm::getLoadStoreAlignment(&inst);
  llvm::Type* type = llvm::getLoadStoreType(&inst);
  const llvm::TypeSize size = layout_.getTypeStoreSize(type);
  const unsigned word = layout_.getPointerSize();
  if (IsVtableAccess(inst) && !size.isScalable() && size.getFixedValue() % word == 0) {
    for (uint64_t offset = 0; offset < size.getFixedValue(); offset += word) {
      Add(inst, pointer, offset, llvm::TypeSize::getFixed(word), align,
          is_write ? AccessKind::kVptrUpdate : AccessKind::kVptrRead);
    }
    return;
  }
  Pieces pieces;
  const auto* vector = llvm::dyn_cast<llvm::FixedVectorType>(type);
  if (vector && !is_write && is_vectorized_ && !marks_.Has(inst, Mark::kWholeVector) &&
      layout_.getTypeSizeInBits(vector->getElementType()) % 8 == 0) {
    AppendLoadedLanes(inst, *vector, layout_, pieces);
  } else {
    AppendPieces(type, 0, layout_, pieces);
  }
  for (const Piece& piece : pieces) {
    Add(inst, pointer, piece.offset, piece.size, align,
        is_write ? AccessKind::kWrite : AccessKind::kRead);
  }
}

void Collector::VisitCall(llvm::CallBase& call) {
  if (auto* bulk = llvm::dyn_cast<llvm::MemIntrinsic>(&call)) return VisitMemIntrinsic(*bulk);
  const uint64_t compared = inline_comparisons && scope_ == Scope::kAll ? BytesCompared(call) : 0;
  if (compared != 0) return VisitComparison(call, compared);
  if (!llvm::isa<llvm::IntrinsicInst>(call) && !call.isInlineAsm()) {
    result_.has_calls = true;
    if (auto* plain = llvm::dyn_cast<llvm::CallInst>(&call)) result_.calls.push_back(plain);
  }
  if (scope_ != Scope::kAll) return;
  if (std::optional<LaneAccess> lanes = DecodeLanes(call)) return VisitLanes(*lanes);
  // The caller copies what it passes by value.
  for (unsigned i = 0; i < call.arg_size(); ++i) {
    if (!call.isByValArgument(i) || !IsCheckable(call.getArgOperand(i))) continue;
    Add(call, call.getArgOperand(i), 0, layout_.getTypeStoreSize(call.getParamByValType(i)),
        call.getParamAlign(i).valueOrOne(), AccessKind::kRead);
  }
}

void Collector::VisitMemIntrinsic(llvm::MemIntrinsic& inst) {
  const bool is_inline = llvm::isa<llvm::MemCpyInlineInst, llvm::MemSetInlineInst>(inst);
  const auto* length = llvm::dyn_cast<llvm::ConstantInt>(inst.getLength());
  const bool is_short = length && length->getValue().ule(kMaxInlineBytes);
  if (!is_inline && !is_short) {
    result_.has_calls = true;  // Kept or replaced, a call is made of it.
    if (scope_ == Scope::kAll) result_.bulk.push_back(&inst);
    return;
  }
  if (scope_ != Scope::kAll || length->isZero()) return;
  const llvm::TypeSize size = llvm::TypeSize::getFixed(length->getZExtValue());
  auto* transfer = llvm::dyn_cast<llvm::MemTransferInst>(&inst);
  if (transfer && IsCheckable(transfer->getRawSource())) {
    Add(inst, transfer->getRawSource(), 0, size, transfer->getSourceAlign().valueOrOne(),
        AccessKind::kRead);
  }
  if (IsCheckable(inst.getRawDest())) {
    Add(inst, inst.getRawDest(), 0, size, inst.getDestAlign().valueOrOne(), AccessKind::kWrite);
  }
}

void Collector::VisitComparison(llvm::CallBase& call, uint64_t bytes) {
  result_.comparisons.push_back(llvm::cast<llvm::CallInst>(&call));
  for (unsigned side = 0; side < 2; ++side) {
    llvm::Value* pointer = call.getArgOperand(side);
    if (!IsCheckable(pointer)) continue;
    Add(call, pointer, 0, llvm::TypeSize::getFixed(bytes), pointer->getPointerAlignment(layout_),
        AccessKind::kRead);
  }
}

// A constant mask over contiguous lanes is as good as plain accesses, one for each run of enabled
// lanes.
void Collector::VisitLanes(const LaneAccess& lanes) {
  if (lanes.shape != LaneShape::kPointers && !IsCheckable(lanes.pointer)) return;
  auto* mask = llvm::dyn_cast<llvm::Constant>(lanes.mask);
  auto* type = llvm::dyn_cast<llvm::FixedVectorType>(lanes.type);
  const llvm::TypeSize size = layout_.getTypeStoreSize(lanes.type->getElementType());
  if (!mask || !type || lanes.count || lanes.shape != LaneShape::kContiguous) {
    result_.lanes.push_back(lanes);
    return;
  }
  Pieces pieces;
  for (unsigned i = 0; i < type->getNumElements(); ++i) {
    const auto* enabled = llvm::dyn_cast_or_null<llvm::ConstantInt>(mask->getAggregateElement(i));
    if (enabled && enabled->isNegative()) AppendPiece(i * size.getFixedValue(), size, pieces);
  }
  for (const Piece& piece : pieces) {
    Add(*lanes.inst, lanes.pointer, piece.offset, piece.size, lanes.align,
        lanes.is_write ? AccessKind::kWrite : AccessKind::kRead);
  }
}

}  // namespace

Collected Collect(llvm::Function& function, Scope scope) {
  Collector collector(function, scope);
  for (llvm::BasicBlock* block : llvm::ReversePostOrderTraversal<llvm::Function*>(&function)) {
    collector.Visit(*block);
  }
  return collector.Take();
}

bool IsCheckable(const llvm::Value* pointer) {
  if (pointer->getType()->getScalarType()->getPointerAddressSpace() != 0) return false;
  if (pointer->isSwiftError()) return false;
  // Through phis and selects too: several increments may have been merged into one.
  llvm::SmallVector<const llvm::Value*, 4> objects;
  llvm::getUnderlyingObjects(pointer, objects);
  return llvm::none_of(objects, [](const llvm::Value* object) {
    const auto* global = llvm::dyn_cast<llvm::GlobalVariable>(object);
    return global && IsCompilersCounter(*global);
  });
}

bool IsAtomicOperation(const llvm::Instruction& inst) {
  if (!inst.isAtomic()) return false;
  if (!llvm::isa<llvm::LoadInst, llvm::StoreInst>(inst)) return !llvm::isa<llvm::CallBase>(inst);
  return llvm::getAtomicSyncScopeID(&inst) != llvm::SyncScope::SingleThread;
}

bool EndsRegion(const llvm::Instruction& inst) {
  const auto* call = llvm::dyn_cast<llvm::CallBase>(&inst);
  return call ? MaySynchronize(*call) : inst.isAtomic() || inst.isEHPad();
}

bool IsBoundary(const llvm::Instruction& inst) {
  const auto* call = llvm::dyn_cast<llvm::CallBase>(&inst);
  return EndsRegion(inst) || (call && MayNotReturn(*call));
}

}  // namespace hbsan
