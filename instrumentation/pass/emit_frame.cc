#include "instrumentation/pass/emit.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/Transforms/Instrumentation.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/EscapeEnumerator.h"

namespace hbsan {
namespace {

// Layout of Frame in detector/hot_state.h.
constexpr uint64_t kFrameSize = 16;
constexpr uint64_t kNodeOffset = 8;

// The first place in the function after its static allocas, all of which are moved up before it.
llvm::Instruction* AfterAllocas(llvm::Function& function) {
  llvm::BasicBlock& entry = function.getEntryBlock();
  llvm::Instruction* place = &*entry.getFirstNonPHIOrDbgOrAlloca();
  for (llvm::Instruction& inst : llvm::make_early_inc_range(entry)) {
    auto* alloca = llvm::dyn_cast<llvm::AllocaInst>(&inst);
    if (alloca && alloca->isStaticAlloca() && place->comesBefore(alloca)) alloca->moveBefore(place);
  }
  return place;
}

// Where control leaves the function: before it, what entry did is undone. A musttail call takes the
// function's place.
std::vector<llvm::Instruction*> Exits(llvm::Function& function) {
  std::vector<llvm::Instruction*> exits;
  for (llvm::BasicBlock& block : function) {
    llvm::Instruction* last = block.getTerminator();
    if (llvm::isa<llvm::ReturnInst>(last)) {
      llvm::CallInst* tail = block.getTerminatingMustTailCall();
      exits.push_back(tail ? tail : last);
    } else if (llvm::isa<llvm::ResumeInst>(last)) {
      exits.push_back(last);
    } else if (auto* cleanup = llvm::dyn_cast<llvm::CleanupReturnInst>(last);
               cleanup && cleanup->unwindsToCaller()) {
      exits.push_back(last);
    }
  }
  return exits;
}

bool ReturnsTwice(const llvm::CallBase& call) {
  return call.hasFnAttr(llvm::Attribute::ReturnsTwice) ||
         call.getIntrinsicID() == llvm::Intrinsic::eh_sjlj_setjmp;
}

// Where control may arrive from a callee that did not return.
std::vector<llvm::Instruction*> Arrivals(llvm::Function& function) {
  std::vector<llvm::Instruction*> arrivals;
  for (llvm::BasicBlock& block : function) {
    if (block.isEHPad() && block.getFirstInsertionPt() != block.end()) {
      arrivals.push_back(&*block.getFirstInsertionPt());
    }
    for (llvm::Instruction& inst : block) {
      auto* call = llvm::dyn_cast<llvm::CallBase>(&inst);
      if (!call || !ReturnsTwice(*call)) continue;
      auto* invoke = llvm::dyn_cast<llvm::InvokeInst>(call);
      arrivals.push_back(invoke ? &*invoke->getNormalDest()->getFirstInsertionPt()
                                : call->getNextNode());
    }
  }
  return arrivals;
}

}  // namespace

void GatherAllocas(llvm::Function& function) { AfterAllocas(function); }

// The stores are volatile to keep their order: a signal handler that pushes a frame in between must
// not find the new frame's contents written but not yet counted.
void EmitFrame(llvm::Function& function, const Hooks& hooks) {
  llvm::LLVMContext& context = function.getContext();
  const std::vector<llvm::Instruction*> exits = Exits(function);
  const std::vector<llvm::Instruction*> arrivals = Arrivals(function);

  llvm::Instruction* body = AfterAllocas(function);
  llvm::IRBuilder<> entry(body);
  entry.SetCurrentDebugLocation({});
  llvm::Value* stack_top = hooks.HotState();
  llvm::LoadInst* known_top = entry.CreateLoad(entry.getPtrTy(), stack_top);
  llvm::Instruction* unknown =
      llvm::SplitBlockAndInsertIfThen(entry.CreateIsNull(known_top), body, /*Unreachable=*/false,
                                      llvm::MDBuilder(context).createUnlikelyBranchWeights());
  llvm::IRBuilder<> attach(unknown);
  attach.SetCurrentDebugLocation({});
  llvm::Value* new_top = hooks.Call(attach, "__hbsan_attach", attach.getPtrTy(), {});

  entry.SetInsertPoint(body);
  entry.SetCurrentDebugLocation({});
  llvm::PHINode* top = entry.CreatePHI(entry.getPtrTy(), 2);
  top->addIncoming(known_top, known_top->getParent());
  top->addIncoming(new_top, unknown->getParent());
  llvm::Value* next = entry.CreateConstGEP1_64(entry.getInt8Ty(), top, kFrameSize);
  entry.CreateStore(next, stack_top, /*isVolatile=*/true);
  llvm::Value* caller =
      entry.CreateIntrinsic(llvm::Intrinsic::returnaddress, {}, {entry.getInt32(0)});
  entry.CreateStore(caller, top, /*isVolatile=*/true);
  entry.CreateStore(entry.getInt32(0),
                    entry.CreateConstGEP1_64(entry.getInt8Ty(), top, kNodeOffset),
                    /*isVolatile=*/true);

  // In this order: where an arrival is an exit too, the exit counts.
  for (llvm::Instruction* arrival : arrivals) {
    llvm::IRBuilder<>(arrival).CreateStore(next, stack_top, /*isVolatile=*/true);
  }
  for (llvm::Instruction* exit : exits) {
    llvm::IRBuilder<>(exit).CreateStore(top, stack_top, /*isVolatile=*/true);
  }
}

void EmitIgnore(llvm::Function& function, const Hooks& hooks) {
  llvm::InstrumentationIRBuilder entry(AfterAllocas(function));
  hooks.Call(entry, "__tsan_ignore_thread_begin", entry.getVoidTy(), {});
  llvm::EscapeEnumerator exits(function, "ignore.end", /*HandleExceptions=*/true);
  while (llvm::IRBuilder<>* exit = exits.Next()) {
    llvm::InstrumentationIRBuilder::ensureDebugInfo(*exit, function);
    hooks.Call(*exit, "__tsan_ignore_thread_end", exit->getVoidTy(), {});
  }
}

}  // namespace hbsan
