#include "instrumentation/pass/expression_text.h"

#include <cctype>

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"

namespace hbsan {
namespace {

// So many parts of an expression are told apart.
constexpr int kMaxParts = 48;

bool IsDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

// `name` without the numbers that the front end gives to lambdas (`$_3`, `UlvE3_`), to what has a
// name already (`x.3`), and to constructors and destructors (`C1E`, `D2E`), some of which it joins
// when it optimizes.
std::string StableName(llvm::StringRef name) {
  std::string stable;
  for (size_t i = 0; i < name.size(); ++i) {
    const llvm::StringRef before = name.take_front(i);
    const llvm::StringRef number = name.drop_front(i).take_while(IsDigit);
    const llvm::StringRef after = name.drop_front(i + number.size());
    const bool counts =
        !number.empty() &&
        (before.ends_with("$_") || before.ends_with(".") ||
         (before.ends_with("E") && after.starts_with("_")) ||
         (after.starts_with("E") && (before.ends_with("C") || before.ends_with("D"))));
    if (counts) i += number.size();
    if (i < name.size()) stable += name[i];
  }
  return stable;
}

class Writer {
 public:
  explicit Writer(const llvm::DataLayout& layout) : layout_(layout) {}

  void Address(const llvm::Value& address);
  void Call(const llvm::CallBase& call);
  ExpressionText Take() { return std::move(result_); }

 private:
  void Base(const llvm::Value& base);
  void Operand(const llvm::Value& value);
  void Local(const llvm::AllocaInst& local);
  void Load(const llvm::Value& address);
  void Argument(const llvm::Argument& argument) {
    result_.text += "#" + llvm::utostr(argument.getArgNo());
    result_.of_argument = true;
  }

  const llvm::DataLayout& layout_;
  ExpressionText result_;
  int parts_left_ = kMaxParts;
};

// The parameter that the front end keeps in `local`, if any.
const llvm::Argument* KeptParameter(const llvm::AllocaInst& local) {
  for (const llvm::User* user : local.users()) {
    const auto* store = llvm::dyn_cast<llvm::StoreInst>(user);
    if (!store || store->getPointerOperand() != &local) continue;
    if (const auto* argument = llvm::dyn_cast<llvm::Argument>(store->getValueOperand())) {
      return argument;
    }
  }
  return nullptr;
}

// The variable that `local` holds, if debug information tells.
const llvm::DILocalVariable* VariableOf(const llvm::AllocaInst& local) {
  llvm::SmallVector<llvm::DbgVariableIntrinsic*, 2> calls;
  llvm::SmallVector<llvm::DbgVariableRecord*, 2> records;
  llvm::findDbgUsers(calls, const_cast<llvm::AllocaInst*>(&local), &records);
  for (llvm::DbgVariableRecord* record : records) {
    if (record->isDbgDeclare() || (record->isDbgAssign() && record->getAddress() == &local)) {
      return record->getVariable();
    }
  }
  for (const llvm::DbgVariableIntrinsic* call : calls) {
    const auto* assign = llvm::dyn_cast<llvm::DbgAssignIntrinsic>(call);
    if (llvm::isa<llvm::DbgDeclareInst>(call) || (assign && assign->getAddress() == &local)) {
      return call->getVariable();
    }
  }
  return nullptr;
}

void Writer::Local(const llvm::AllocaInst& local) {
  result_.text += '$';
  if (const llvm::DILocalVariable* variable = VariableOf(local)) {
    result_.text += variable->getName();
  }
}

void Writer::Load(const llvm::Value& address) {
  const auto* local = llvm::dyn_cast<llvm::AllocaInst>(&address);
  if (const llvm::Argument* parameter = local ? KeptParameter(*local) : nullptr) {
    Argument(*parameter);
    return;
  }
  result_.text += "*(";
  Address(address);
  result_.text += ')';
}

void Writer::Call(const llvm::CallBase& call) {
  if (const llvm::Function* callee = call.getCalledFunction()) {
    result_.text += StableName(callee->getName());
  } else {
    Operand(*call.getCalledOperand());
  }
  for (const llvm::Use& argument : call.args()) {
    result_.text += argument.getOperandNo() == 0 ? '(' : ',';
    Operand(*argument);
  }
  result_.text += ')';
}

void Writer::Operand(const llvm::Value& value) {
  if (parts_left_-- <= 0) return;
  if (value.getType()->isPointerTy()) {
    Address(value);
  } else if (const auto* number = llvm::dyn_cast<llvm::ConstantInt>(&value)) {
    result_.text += llvm::toString(number->getValue(), /*Radix=*/10, /*Signed=*/true);
  } else if (llvm::isa<llvm::Argument, llvm::LoadInst, llvm::CallBase>(value)) {
    Base(value);
  } else if (llvm::isa<llvm::SExtInst, llvm::ZExtInst, llvm::TruncInst>(value)) {
    Operand(*llvm::cast<llvm::CastInst>(value).getOperand(0));
  } else if (const auto* inst = llvm::dyn_cast<llvm::Instruction>(&value)) {
    result_.text += inst->getOpcodeName();
    if (llvm::isa<llvm::PHINode>(inst)) return;
    for (const llvm::Use& operand : inst->operands()) {
      result_.text += operand.getOperandNo() == 0 ? '(' : ',';
      Operand(*operand);
    }
    result_.text += ')';
  }
}

void Writer::Base(const llvm::Value& base) {
  if (const auto* global = llvm::dyn_cast<llvm::GlobalValue>(&base)) {
    result_.text += '@' + StableName(global->getName());
  } else if (const auto* local = llvm::dyn_cast<llvm::AllocaInst>(&base)) {
    Local(*local);
  } else if (const auto* argument = llvm::dyn_cast<llvm::Argument>(&base)) {
    Argument(*argument);
  } else if (const auto* load = llvm::dyn_cast<llvm::LoadInst>(&base)) {
    Load(*load->getPointerOperand());
  } else if (const auto* call = llvm::dyn_cast<llvm::CallBase>(&base)) {
    Call(*call);
  } else if (const auto* inst = llvm::dyn_cast<llvm::Instruction>(&base)) {
    result_.text += inst->getOpcodeName();
  }
}

void Writer::Address(const llvm::Value& address) {
  if (parts_left_-- <= 0) return;
  const unsigned bits = layout_.getIndexTypeSizeInBits(address.getType());
  llvm::APInt offset(bits, 0);
  llvm::MapVector<llvm::Value*, llvm::APInt> indices;
  const llvm::Value* base = address.stripPointerCasts();
  while (const auto* element = llvm::dyn_cast<llvm::GEPOperator>(base)) {
    if (!element->collectOffset(layout_, bits, indices, offset)) break;
    base = element->getPointerOperand()->stripPointerCasts();
  }
  Base(*base);
  for (const auto& [index, step] : indices) {
    result_.text += '[';
    Operand(*index);
    result_.text += ']';
  }
  if (!offset.isZero()) {
    result_.text += '+' + llvm::toString(offset, /*Radix=*/10, /*Signed=*/true);
  }
}

}  // namespace

ExpressionText TextOfAddress(const llvm::Value& address, const llvm::DataLayout& layout) {
  Writer writer(layout);
  writer.Address(address);
  return writer.Take();
}

ExpressionText TextOfCall(const llvm::CallBase& call) {
  Writer writer(call.getDataLayout());
  writer.Call(call);
  return writer.Take();
}

}  // namespace hbsan
