// The runtime entry points that instrumented code calls, declared in a module on first use.
//
// Names and signatures are compiler-rt's (`__tsan_*`), so that our objects and stock ones mix; what
// is ours alone has the prefix `__hbsan_`. Hooks never unwind. Nothing is promised about the memory
// they touch: no access may move across one.
#ifndef HBSAN_INSTRUMENTATION_PASS_HOOKS_H_
#define HBSAN_INSTRUMENTATION_PASS_HOOKS_H_

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

namespace hbsan {

class Hooks {
 public:
  explicit Hooks(llvm::Module& module) : module_(module) {}

  // Emits a call of the hook `name` at the builder's position. The call carries the builder's debug
  // location and is never merged with another, so that its return address names one source
  // position.
  llvm::CallInst* Call(llvm::IRBuilderBase& builder, const llvm::Twine& name, llvm::Type* result,
                       llvm::ArrayRef<llvm::Value*> arguments) const;

  // Takes from a hook's call all that was promised of it for a time, but for what Call says.
  static void PromiseNothing(llvm::CallInst& call);

  // Emits a call of the hook `name`, of one pointer, that is seldom executed: the hook preserves
  // all registers but r11 and the flags. It is bound early, as the dynamic loader's lazy binding
  // would change registers.
  llvm::CallInst* CallCold(llvm::IRBuilderBase& builder, const llvm::Twine& name,
                           llvm::Value* argument) const;

  // The thread-local `__hbsan_hot`; its first field points to the next free frame of the shadow
  // call stack.
  llvm::GlobalVariable* HotState() const;

 private:
  llvm::Module& module_;
};

}  // namespace hbsan

#endif  // HBSAN_INSTRUMENTATION_PASS_HOOKS_H_
