// Marks on instructions whose accesses a check before their loop accounts for already.
#ifndef HBSAN_INSTRUMENTATION_PASS_MARKS_H_
#define HBSAN_INSTRUMENTATION_PASS_MARKS_H_

#include "llvm/IR/Instruction.h"
#include "llvm/IR/Module.h"

namespace hbsan {

// A mark is an access group that no loop refers to. Optimizations copy it where they copy or widen
// an access, and leave it out where they join an access with one that has none: what is unmarked is
// checked. There is a mark for the bytes an instruction reads and one for those it writes.
class Marks {
 public:
  // The marks of a module; none if nothing was marked.
  explicit Marks(const llvm::Module& module);

  // The marks of a module, made if there are none.
  static Marks Make(llvm::Module& module);

  // Makes the module forget about marks. Those on instructions mean nothing any more.
  static void Forget(llvm::Module& module);

  void Set(llvm::Instruction& inst, bool is_write) const;
  bool Has(const llvm::Instruction& inst, bool is_write) const;

 private:
  llvm::MDNode* groups_[2] = {nullptr, nullptr};  // Of reads and of writes.
};

}  // namespace hbsan

#endif  // HBSAN_INSTRUMENTATION_PASS_MARKS_H_
