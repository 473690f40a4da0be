#include "instrumentation/pass/marks.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Analysis/VectorUtils.h"
#include "llvm/IR/Metadata.h"

namespace hbsan {
namespace {

constexpr llvm::StringLiteral kName = "hbsan.checked";

}  // namespace

Marks::Marks(const llvm::Module& module) {
  const llvm::NamedMDNode* named = module.getNamedMetadata(kName);
  if (!named || named->getNumOperands() != std::size(groups_)) return;
  for (unsigned i = 0; i < std::size(groups_); ++i) groups_[i] = named->getOperand(i);
}

Marks Marks::Make(llvm::Module& module) {
  if (!module.getNamedMetadata(kName)) {
    llvm::NamedMDNode* named = module.getOrInsertNamedMetadata(kName);
    for (int i = 0; i < 3; ++i) {
      named->addOperand(llvm::MDNode::getDistinct(module.getContext(), {}));
    }
  }
  return Marks(module);
}

void Marks::Forget(llvm::Module& module) {
  if (llvm::NamedMDNode* named = module.getNamedMetadata(kName)) named->eraseFromParent();
}

void Marks::Set(llvm::Instruction& inst, Mark mark) const {
  constexpr auto kGroup = llvm::LLVMContext::MD_access_group;
  llvm::MDNode* group = groups_[static_cast<size_t>(mark)];
  inst.setMetadata(kGroup, llvm::uniteAccessGroups(inst.getMetadata(kGroup), group));
}

bool Marks::Has(const llvm::Instruction& inst, Mark mark) const {
  llvm::MDNode* group = groups_[static_cast<size_t>(mark)];
  const llvm::MDNode* found = inst.getMetadata(llvm::LLVMContext::MD_access_group);
  if (!group || !found) return false;
  return found == group || llvm::is_contained(found->operands(), group);
}

}  // namespace hbsan
