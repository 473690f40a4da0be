#include "instrumentation/pass/expressions.h"

#include <algorithm>
#include <optional>

#include "instrumentation/pass/expression_text.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/xxhash.h"
#include "llvm/Transforms/Utils/PromoteMemToReg.h"

namespace hbsan {
namespace {

// A list for each function: its DISubprogram, then the first location of each of its expressions.
constexpr llvm::StringLiteral kName = "hbsan.expressions";

// A few bits are enough within a function, and keep the line table small.
constexpr uint32_t kDiscriminators = (1u << 21) - 1;

uint32_t DiscriminatorOf(llvm::StringRef text) {
  return 1 + static_cast<uint32_t>(llvm::xxh3_64bits(text) % kDiscriminators);
}

// What `inst` accesses, or null. Of a copy, what it writes.
const llvm::Value* AccessedBy(const llvm::Instruction& inst) {
  if (const llvm::Value* address = llvm::getLoadStorePointerOperand(&inst)) return address;
  if (const auto* rmw = llvm::dyn_cast<llvm::AtomicRMWInst>(&inst)) return rmw->getPointerOperand();
  if (const auto* exchange = llvm::dyn_cast<llvm::AtomicCmpXchgInst>(&inst)) {
    return exchange->getPointerOperand();
  }
  if (const auto* bulk = llvm::dyn_cast<llvm::MemIntrinsic>(&inst)) return bulk->getRawDest();
  return nullptr;
}

bool IsRegister(const llvm::Value* address) {
  const auto* local = llvm::dyn_cast<llvm::AllocaInst>(address);
  return local && llvm::isAllocaPromotable(local);
}

std::optional<ExpressionText> TextOf(const llvm::Instruction& inst) {
  if (const llvm::Value* address = AccessedBy(inst)) {
    if (IsRegister(address)) return std::nullopt;
    return TextOfAddress(*address, inst.getDataLayout());
  }
  const auto* call = llvm::dyn_cast<llvm::CallBase>(&inst);
  if (!call || llvm::isa<llvm::IntrinsicInst>(call)) return std::nullopt;
  return TextOfCall(*call);
}

const llvm::DILocation* WithDiscriminator(const llvm::DILocation& at, uint32_t discriminator) {
  auto* scope =
      llvm::DILexicalBlockFile::get(at.getContext(), at.getScope(), at.getFile(), discriminator);
  return llvm::DILocation::get(at.getContext(), at.getLine(), at.getColumn(), scope,
                               at.getInlinedAt(), at.isImplicitCode());
}

// Returns the first location of each expression.
std::vector<llvm::Metadata*> NameExpressions(llvm::Function& function) {
  std::vector<llvm::Metadata*> firsts = {function.getSubprogram()};
  llvm::DenseSet<uint32_t> known;
  for (llvm::Instruction& inst : llvm::instructions(function)) {
    const llvm::DILocation* at = inst.getDebugLoc();
    if (!at || at->getLine() == 0) continue;
    const std::optional<ExpressionText> text = TextOf(inst);
    if (!text) continue;
    const uint32_t discriminator = DiscriminatorOf(text->text);
    at = WithDiscriminator(*at, discriminator);
    inst.setDebugLoc(at);
    if (AccessedBy(inst) && known.insert(discriminator).second) {
      firsts.push_back(const_cast<llvm::DILocation*>(at));
    }
  }
  return firsts;
}

// The nearest instruction before `inst` that has a line, or after it, in the same function of the
// program.
const llvm::DILocation* LocationNear(const llvm::Instruction& inst, const llvm::DILocation& at) {
  const auto fits = [&](const llvm::Instruction* other) {
    const llvm::DILocation* found = other->getDebugLoc();
    return found && found->getLine() != 0 && found->getInlinedAt() == at.getInlinedAt() &&
           found->getScope()->getSubprogram() == at.getScope()->getSubprogram();
  };
  for (const llvm::Instruction* other = &inst; other; other = other->getPrevNode()) {
    if (fits(other)) return other->getDebugLoc();
  }
  for (const llvm::Instruction* other = &inst; other; other = other->getNextNode()) {
    if (fits(other)) return other->getDebugLoc();
  }
  return nullptr;
}

}  // namespace

llvm::PreservedAnalyses NameExpressionsPass::run(llvm::Module& module,
                                                 llvm::ModuleAnalysisManager&) {
  llvm::NamedMDNode* list = nullptr;
  for (llvm::Function& function : module) {
    if (!function.getSubprogram() || !function.hasFnAttribute(llvm::Attribute::SanitizeThread)) {
      continue;
    }
    const std::vector<llvm::Metadata*> firsts = NameExpressions(function);
    if (!list) list = module.getOrInsertNamedMetadata(kName);
    list->addOperand(llvm::MDNode::get(module.getContext(), firsts));
  }
  return llvm::PreservedAnalyses::all();
}

void Expressions::Forget(llvm::Module& module) {
  if (llvm::NamedMDNode* list = module.getNamedMetadata(kName)) list->eraseFromParent();
}

void Expressions::Read() {
  is_read_ = true;
  const llvm::NamedMDNode* list = module_.getNamedMetadata(kName);
  if (!list) return;
  for (const llvm::MDNode* function : list->operands()) {
    const auto* subprogram = llvm::dyn_cast_or_null<llvm::DISubprogram>(function->getOperand(0));
    for (const llvm::MDOperand& operand : llvm::drop_begin(function->operands())) {
      const auto* at = llvm::cast<llvm::DILocation>(operand);
      first_.try_emplace({subprogram, at->getDiscriminator()}, at);
    }
  }
}

const llvm::DILocation* Expressions::Find(const llvm::Instruction& access,
                                          const llvm::DILocation& at) {
  if (!is_read_) Read();
  const llvm::DISubprogram* function = at.getScope()->getSubprogram();
  const ExpressionText text = TextOfAddress(*AccessedBy(access), access.getDataLayout());
  if (text.of_argument && function != access.getFunction()->getSubprogram()) return nullptr;
  return first_.lookup({function, DiscriminatorOf(text.text)});
}

void Expressions::RestoreLocations(llvm::Function& function) {
  llvm::DISubprogram* subprogram = function.getSubprogram();
  if (!subprogram || !module_.getNamedMetadata(kName)) return;
  for (llvm::Instruction& inst : llvm::instructions(function)) {
    const llvm::Value* address = AccessedBy(inst);
    if (!address) continue;
    const llvm::DILocation* at = inst.getDebugLoc();
    if (!at) at = llvm::DILocation::get(function.getContext(), 0, 0, subprogram);
    if (at->getLine() != 0 && at->getDiscriminator() != 0) continue;
    const llvm::DILocation* known = Find(inst, *at);
    if (!known && at->getLine() == 0) known = LocationNear(inst, *at);
    if (!known) continue;
    const bool has_line = at->getLine() != 0 && at->getLine() != known->getLine();
    const llvm::DILocation* line = has_line ? at : known;
    inst.setDebugLoc(llvm::DILocation::get(function.getContext(), line->getLine(),
                                           line->getColumn(), known->getScope(),
                                           at->getInlinedAt()));
  }
}

}  // namespace hbsan
