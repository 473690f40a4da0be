// Marks on instructions that tell the instrumentation what was known of them before loops were
// vectorized.
#ifndef HBSAN_INSTRUMENTATION_PASS_MARKS_H_
#define HBSAN_INSTRUMENTATION_PASS_MARKS_H_

#include <cstdint>

#include "llvm/IR/Instruction.h"
#include "llvm/IR/Module.h"

namespace hbsan {

// An access group that no loop refers to. Optimizations copy it where they copy or widen an access,
// and leave it out where they join an access with one that has none.
enum class Mark : uint8_t {
  kReadChecked,   // What the instruction reads is checked before its loop.
  kWriteChecked,  // What it writes is.
  kWholeVector,   // The program itself loads a vector, whatever it uses of it.
};

class Marks {
 public:
  // The marks of a module; none if nothing was marked.
  explicit Marks(const llvm::Module& module);

  // The marks of a module, made if there are none.
  static Marks Make(llvm::Module& module);

  // Makes the module forget about marks. Those on instructions mean nothing any more.
  static void Forget(llvm::Module& module);

  void Set(llvm::Instruction& inst, Mark mark) const;
  bool Has(const llvm::Instruction& inst, Mark mark) const;

 private:
  llvm::MDNode* groups_[3] = {nullptr, nullptr, nullptr};  // By Mark.
};

}  // namespace hbsan

#endif  // HBSAN_INSTRUMENTATION_PASS_MARKS_H_
