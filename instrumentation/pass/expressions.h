// Which expression each access and call of the program evaluates, told to reports through debug
// information.
//
// Two races on one pair of lines differ in what they access: `++a.x, ++a.y`. Columns would tell,
// but of two accesses that the optimizer joins one column is left, or none, and which one depends
// on the optimizer. So a hash of the expression, as the front end wrote it, becomes the
// discriminator of the debug location, which optimizations keep: equal expressions of a function
// have equal ones.
#ifndef HBSAN_INSTRUMENTATION_PASS_EXPRESSIONS_H_
#define HBSAN_INSTRUMENTATION_PASS_EXPRESSIONS_H_

#include <cstdint>

#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/PassManager.h"

namespace hbsan {

// Runs before all optimizations. Notes the locations in the module too, for those that will be
// lost.
class NameExpressionsPass : public llvm::PassInfoMixin<NameExpressionsPass> {
 public:
  static bool isRequired() { return true; }
  llvm::PreservedAnalyses run(llvm::Module& module, llvm::ModuleAnalysisManager& analyses);
};

// The locations of a module's expressions as they were before optimizations.
class Expressions {
 public:
  explicit Expressions(const llvm::Module& module) : module_(module) {}

  // Gives the accesses of `function` that were joined of several with different locations, and so
  // have line 0 or no discriminator, the first location of their expression; one whose expression
  // cannot be told any more, the line of the instruction before it.
  void RestoreLocations(llvm::Function& function);

  static void Forget(llvm::Module& module);

 private:
  using Key = std::pair<const llvm::DISubprogram*, uint32_t>;  // with a discriminator

  void Read();
  const llvm::DILocation* Find(const llvm::Instruction& access, const llvm::DILocation& at);

  const llvm::Module& module_;
  bool is_read_ = false;
  llvm::DenseMap<Key, const llvm::DILocation*> first_;
};

}  // namespace hbsan

#endif  // HBSAN_INSTRUMENTATION_PASS_EXPRESSIONS_H_
