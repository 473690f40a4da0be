#include "instrumentation/pass/private_objects.h"

#include "instrumentation/pass/summaries.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Analysis/AliasAnalysis.h"
#include "llvm/Analysis/CaptureTracking.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Argument.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Support/CommandLine.h"

namespace hbsan {
namespace {

llvm::cl::opt<bool> private_heap(
    "hbsan-private-heap", llvm::cl::init(true), llvm::cl::Hidden,
    llvm::cl::desc("Do not check allocated memory that does not escape"));

// The memory is nobody else's. Functions that are merely attributed so may hand on what other
// threads used before.
bool IsAllocation(const llvm::Value& value) {
  const auto* call = llvm::dyn_cast<llvm::CallBase>(&value);
  const llvm::Function* callee = call ? call->getCalledFunction() : nullptr;
  return callee && llvm::isNoAliasCall(call) &&
         llvm::StringSwitch<bool>(callee->getName())
             .Cases("malloc", "calloc", "aligned_alloc", "_Znwm", "_Znam", true)
             .Cases("_ZnwmSt11align_val_t", "_ZnamSt11align_val_t", true)
             .Cases("_ZnwmRKSt9nothrow_t", "_ZnamRKSt9nothrow_t", true)
             .Default(false);
}

// Gives memory back: nobody learns the address by it.
bool IsDeallocation(const llvm::CallBase& call) {
  const llvm::Function* callee = call.getCalledFunction();
  return callee && llvm::StringSwitch<bool>(callee->getName())
                       .Cases("free", "_ZdlPv", "_ZdlPvm", "_ZdaPv", "_ZdaPvm", true)
                       .Cases("_ZdlPvSt11align_val_t", "_ZdlPvmSt11align_val_t", true)
                       .Default(false);
}

class FindsCapture : public llvm::CaptureTracker {
 public:
  void tooManyUses() override { captured_ = true; }

  bool captured(const llvm::Use* use) override {
    if (const auto* call = llvm::dyn_cast<llvm::CallBase>(use->getUser())) {
      if (call->isArgOperand(use) &&
          (LeavesUncaptured(*call, call->getArgOperandNo(use)) || IsDeallocation(*call))) {
        return false;
      }
    }
    captured_ = true;
    return true;
  }

  bool has_found() const { return captured_; }

 private:
  bool captured_ = false;
};

}  // namespace

bool IsCaptured(const llvm::Value& object) {
  FindsCapture tracker;
  llvm::PointerMayBeCaptured(&object, &tracker);
  return tracker.has_found();
}

bool PrivateObjects::IsPrivate(const llvm::Value* object) {
  const auto* argument = llvm::dyn_cast<llvm::Argument>(object);
  // Not remembered: it is still being found out.
  if (argument && IsAlwaysPrivate(*argument)) return true;
  const bool is_own = llvm::isa<llvm::AllocaInst>(object) ||
                      (argument && argument->hasByValAttr()) ||
                      (private_heap && IsAllocation(*object));
  if (!is_own) return false;
  const auto [entry, is_new] = known_.try_emplace(object, false);
  if (is_new) entry->second = !IsCaptured(*object);
  return entry->second;
}

bool PrivateObjects::Contains(const llvm::Value* pointer) {
  llvm::SmallVector<const llvm::Value*, 4> objects;
  llvm::getUnderlyingObjects(pointer, objects);
  return llvm::all_of(objects, [this](const llvm::Value* object) { return IsPrivate(object); });
}

}  // namespace hbsan
