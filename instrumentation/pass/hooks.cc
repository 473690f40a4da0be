#include "instrumentation/pass/hooks.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Attributes.h"
#include "llvm/IR/DerivedTypes.h"

namespace hbsan {

llvm::CallInst* Hooks::Call(llvm::IRBuilderBase& builder, const llvm::Twine& name,
                            llvm::Type* result, llvm::ArrayRef<llvm::Value*> arguments) const {
  llvm::LLVMContext& context = module_.getContext();
  llvm::SmallVector<llvm::Type*, 5> types;
  llvm::AttributeList attributes;
  attributes = attributes.addFnAttribute(context, llvm::Attribute::NoUnwind);
  for (const llvm::Value* argument : arguments) {
    llvm::Type* type = argument->getType();
    // The C ABI: a callee may rely on narrow integers being extended.
    if (type->isIntegerTy() && type->getIntegerBitWidth() <= 32) {
      attributes = attributes.addParamAttribute(context, types.size(), llvm::Attribute::ZExt);
    }
    types.push_back(type);
  }
  llvm::SmallString<48> storage;
  llvm::FunctionCallee hook = module_.getOrInsertFunction(
      name.toStringRef(storage), llvm::FunctionType::get(result, types, /*isVarArg=*/false),
      attributes);
  llvm::CallInst* call = builder.CreateCall(hook, arguments);
  call->setAttributes(attributes.addFnAttribute(context, llvm::Attribute::NoMerge));
  return call;
}

void Hooks::PromiseNothing(llvm::CallInst& call) {
  call.setAttributes(call.getCalledFunction()->getAttributes().addFnAttribute(
      call.getContext(), llvm::Attribute::NoMerge));
}

llvm::CallInst* Hooks::CallCold(llvm::IRBuilderBase& builder, const llvm::Twine& name,
                                llvm::Value* argument) const {
  llvm::CallInst* call = Call(builder, name, builder.getVoidTy(), {argument});
  llvm::Function* hook = call->getCalledFunction();
  hook->setCallingConv(llvm::CallingConv::PreserveAll);
  hook->addFnAttr(llvm::Attribute::NonLazyBind);
  call->setCallingConv(llvm::CallingConv::PreserveAll);
  return call;
}

llvm::GlobalVariable* Hooks::HotState() const {
  constexpr llvm::StringLiteral kName = "__hbsan_hot";
  if (llvm::GlobalVariable* existing = module_.getNamedGlobal(kName)) return existing;
  return new llvm::GlobalVariable(module_, llvm::PointerType::getUnqual(module_.getContext()),
                                  /*isConstant=*/false, llvm::GlobalValue::ExternalLinkage,
                                  /*Initializer=*/nullptr, kName, /*InsertBefore=*/nullptr,
                                  llvm::GlobalValue::InitialExecTLSModel);
}

}  // namespace hbsan
