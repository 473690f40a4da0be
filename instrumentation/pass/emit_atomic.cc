#include "instrumentation/pass/emit.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Transforms/Instrumentation.h"

#define DEBUG_TYPE "hbsan"

namespace hbsan {
namespace {

ALWAYS_ENABLED_STATISTIC(NumAtomics, "Atomic operations replaced");

// The ABI's memory orders are C11's; unordered is no weaker than relaxed to it.
llvm::Value* Order(llvm::IRBuilderBase& builder, llvm::AtomicOrdering order) {
  return builder.getInt32(static_cast<uint32_t>(llvm::toCABI(order)));
}

// Performs one atomic operation through hooks that take and return integers as wide as the value.
class AtomicEmitter {
 public:
  AtomicEmitter(llvm::Instruction& inst, const Hooks& hooks)
      : inst_(inst), hooks_(hooks), builder_(&inst) {}

  void Emit();

 private:
  // False: no hook has this width; the operation becomes a library call later, which the runtime
  // intercepts.
  bool SetType(llvm::Type* value_type) {
    const uint64_t bits = inst_.getDataLayout().getTypeStoreSizeInBits(value_type).getFixedValue();
    integer_ = builder_.getIntNTy(bits);
    prefix_ = ("__tsan_atomic" + llvm::Twine(bits)).str();
    return bits >= 8 && bits <= 128 && llvm::isPowerOf2_64(bits);
  }
  llvm::Value* ToInteger(llvm::Value* value) {
    return builder_.CreateBitOrPointerCast(value, integer_);
  }
  llvm::Value* Call(llvm::StringRef operation, llvm::Type* result,
                    llvm::ArrayRef<llvm::Value*> arguments) {
    return hooks_.Call(builder_, prefix_ + operation, result, arguments);
  }
  void ReplaceBy(llvm::Value* value) {
    inst_.replaceAllUsesWith(value);
    value->takeName(&inst_);
  }

  bool Emit(llvm::LoadInst& load);
  bool Emit(llvm::StoreInst& store);
  bool Emit(llvm::AtomicRMWInst& rmw);
  bool Emit(llvm::AtomicCmpXchgInst& exchange);
  bool Emit(llvm::FenceInst& fence);

  llvm::Instruction& inst_;
  const Hooks& hooks_;
  llvm::InstrumentationIRBuilder builder_;
  llvm::Type* integer_ = nullptr;
  std::string prefix_;
};

bool AtomicEmitter::Emit(llvm::LoadInst& load) {
  if (!SetType(load.getType())) return false;
  llvm::Value* value =
      Call("_load", integer_, {load.getPointerOperand(), Order(builder_, load.getOrdering())});
  ReplaceBy(builder_.CreateBitOrPointerCast(value, load.getType()));
  return true;
}

bool AtomicEmitter::Emit(llvm::StoreInst& store) {
  if (!SetType(store.getValueOperand()->getType())) return false;
  Call("_store", builder_.getVoidTy(),
       {store.getPointerOperand(), ToInteger(store.getValueOperand()),
        Order(builder_, store.getOrdering())});
  return true;
}

bool AtomicEmitter::Emit(llvm::AtomicRMWInst& rmw) {
  const auto name = [&]() -> llvm::StringRef {
    switch (rmw.getOperation()) {
      case llvm::AtomicRMWInst::Xchg:
        return "_exchange";
      case llvm::AtomicRMWInst::Add:
        return "_fetch_add";
      case llvm::AtomicRMWInst::Sub:
        return "_fetch_sub";
      case llvm::AtomicRMWInst::And:
        return "_fetch_and";
      case llvm::AtomicRMWInst::Or:
        return "_fetch_or";
      case llvm::AtomicRMWInst::Xor:
        return "_fetch_xor";
      case llvm::AtomicRMWInst::Nand:
        return "_fetch_nand";
      default:
        return "";
    }
  }();
  if (name.empty() || !SetType(rmw.getType())) return false;
  llvm::Value* old = Call(name, integer_,
                          {rmw.getPointerOperand(), ToInteger(rmw.getValOperand()),
                           Order(builder_, rmw.getOrdering())});
  ReplaceBy(builder_.CreateBitOrPointerCast(old, rmw.getType()));
  return true;
}

bool AtomicEmitter::Emit(llvm::AtomicCmpXchgInst& exchange) {
  if (!SetType(exchange.getCompareOperand()->getType())) return false;
  llvm::Value* expected = ToInteger(exchange.getCompareOperand());
  llvm::Value* old =
      Call("_compare_exchange_val", integer_,
           {exchange.getPointerOperand(), expected, ToInteger(exchange.getNewValOperand()),
            Order(builder_, exchange.getSuccessOrdering()),
            Order(builder_, exchange.getFailureOrdering())});
  llvm::Value* success = builder_.CreateICmpEQ(old, expected);
  old = builder_.CreateBitOrPointerCast(old, exchange.getCompareOperand()->getType());
  llvm::Value* result =
      builder_.CreateInsertValue(llvm::PoisonValue::get(exchange.getType()), old, 0);
  ReplaceBy(builder_.CreateInsertValue(result, success, 1));
  return true;
}

bool AtomicEmitter::Emit(llvm::FenceInst& fence) {
  const bool is_signal = fence.getSyncScopeID() == llvm::SyncScope::SingleThread;
  hooks_.Call(builder_, is_signal ? "__tsan_atomic_signal_fence" : "__tsan_atomic_thread_fence",
              builder_.getVoidTy(), {Order(builder_, fence.getOrdering())});
  return true;
}

void AtomicEmitter::Emit() {
  bool is_done = false;
  switch (inst_.getOpcode()) {
    case llvm::Instruction::Load:
      is_done = Emit(llvm::cast<llvm::LoadInst>(inst_));
      break;
    case llvm::Instruction::Store:
      is_done = Emit(llvm::cast<llvm::StoreInst>(inst_));
      break;
    case llvm::Instruction::AtomicRMW:
      is_done = Emit(llvm::cast<llvm::AtomicRMWInst>(inst_));
      break;
    case llvm::Instruction::AtomicCmpXchg:
      is_done = Emit(llvm::cast<llvm::AtomicCmpXchgInst>(inst_));
      break;
    case llvm::Instruction::Fence:
      is_done = Emit(llvm::cast<llvm::FenceInst>(inst_));
      break;
    default:
      break;
  }
  if (!is_done) return;
  ++NumAtomics;
  inst_.eraseFromParent();
}

}  // namespace

void EmitAtomic(llvm::Instruction& inst, const Hooks& hooks) { AtomicEmitter(inst, hooks).Emit(); }

}  // namespace hbsan
