#include "instrumentation/pass/owned_locks.h"

#include "instrumentation/pass/collect.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

#define DEBUG_TYPE "hbsan"

namespace hbsan {
namespace {

llvm::cl::opt<bool> owned_locks("hbsan-owned-locks", llvm::cl::init(true), llvm::cl::Hidden,
                                llvm::cl::desc("Find locks that their function gives back"));

ALWAYS_ENABLED_STATISTIC(NumOwned, "Locks that their function gives back");

// In the variant for race detection; each takes the mutex alone.
struct LockFunctions {
  llvm::StringLiteral lock;
  llvm::StringLiteral unlock;
  bool shared;
};
constexpr LockFunctions kLockFunctions[] = {
    {"_ZN6gosync4race5Mutex4LockEv", "_ZN6gosync4race5Mutex6UnlockEv", false},
    {"_ZN6gosync4race7RWMutex4LockEv", "_ZN6gosync4race7RWMutex6UnlockEv", false},
    {"_ZN6gosync4race7RWMutex5RLockEv", "_ZN6gosync4race7RWMutex7RUnlockEv", true},
};

// Sections of more blocks are not followed up.
constexpr unsigned kMostBlocks = 32;

llvm::StringRef NameOfCallee(const llvm::Instruction& inst) {
  const auto* call = llvm::dyn_cast<llvm::CallBase>(&inst);
  const llvm::Function* callee = call ? call->getCalledFunction() : nullptr;
  return callee && call->arg_size() == 1 ? callee->getName() : llvm::StringRef();
}

// What is between a lock and where its function gives it back.
class Section {
 public:
  Section(llvm::CallBase& lock, const LockFunctions& functions)
      : lock_(lock), functions_(functions), mutex_(PlaceOf(lock)) {}

  // Whether each way from the lock comes to an unlock, with no boundary before.
  bool IsClosed() {
    const bool waits_for_nobody = lock_.getFunction()->mustProgress();
    if (!Walk(Begin())) return false;
    for (unsigned i = 0; i < blocks_.size(); ++i) {
      if (i == kMostBlocks || !waits_for_nobody || !Walk(blocks_[i]->begin())) return false;
    }
    return true;
  }

  // Whether all unlocks are of the mutex that was locked; if `reloaded` is set, provided that what
  // that loads has not changed by the end of the lock.
  bool UnlocksTheSame(llvm::AAResults& aliases, llvm::LoadInst*& reloaded) const {
    reloaded = nullptr;
    for (const llvm::CallBase* unlock : unlocks_) {
      const Place unlocked = PlaceOf(*unlock);
      if (unlocked.offset != mutex_.offset) return false;
      if (unlocked.base == mutex_.base) continue;
      auto* load = llvm::dyn_cast<llvm::LoadInst>(unlocked.base);
      if (!load || !IsReload(*load) || MayChange(*load, aliases)) return false;
      reloaded = load;
    }
    return true;
  }
  // Tells the runtime. The code changes.
  void EmitOwns(llvm::LoadInst* reloaded, const Hooks& hooks) const {
    llvm::IRBuilder<> builder(&*Begin());
    builder.SetCurrentDebugLocation(lock_.getDebugLoc());
    if (reloaded) {
      llvm::LoadInst* now = builder.CreateAlignedLoad(
          reloaded->getType(), reloaded->getPointerOperand(), reloaded->getAlign());
      now->setNoSanitizeMetadata();
      llvm::Value* same = builder.CreateICmpEQ(now, mutex_.base);
      builder.SetInsertPoint(llvm::SplitBlockAndInsertIfThen(same, builder.GetInsertPoint(),
                                                             /*Unreachable=*/false));
    }
    hooks.Call(builder, "__hbsan_go_owns", builder.getVoidTy(),
               {lock_.getArgOperand(0), builder.getInt32(functions_.shared ? 1 : 0)});
  }

 private:
  struct Place {
    llvm::Value* base;
    llvm::APInt offset;
  };

  // Of the mutex that `call` is of.
  static Place PlaceOf(const llvm::CallBase& call) {
    llvm::Value* mutex = call.getArgOperand(0);
    const llvm::DataLayout& layout = call.getModule()->getDataLayout();
    llvm::APInt offset(layout.getIndexTypeSizeInBits(mutex->getType()), 0);
    mutex = mutex->stripAndAccumulateConstantOffsets(layout, offset, /*AllowNonInbounds=*/true);
    return {mutex, offset};
  }

  llvm::BasicBlock::iterator Begin() const {
    if (auto* invoke = llvm::dyn_cast<llvm::InvokeInst>(&lock_)) {
      return invoke->getNormalDest()->begin();
    }
    return std::next(lock_.getIterator());
  }

  bool Walk(llvm::BasicBlock::iterator from) {
    for (llvm::Instruction& inst : llvm::make_range(from, from->getParent()->end())) {
      if (NameOfCallee(inst) == functions_.unlock) {
        unlocks_.push_back(llvm::cast<llvm::CallBase>(&inst));
        return true;
      }
      if (IsBoundary(inst)) return false;
      inside_.push_back(&inst);
    }
    llvm::Instruction* end = from->getParent()->getTerminator();
    for (llvm::BasicBlock* successor : llvm::successors(end)) blocks_.insert(successor);
    return end->getNumSuccessors() > 0;
  }

  // A load, in the section, from where the pointer to the locked mutex was loaded.
  bool IsReload(const llvm::LoadInst& load) const {
    const auto* first = llvm::dyn_cast<llvm::LoadInst>(mutex_.base);
    return first && first->getPointerOperand() == load.getPointerOperand() && load.isSimple() &&
           llvm::is_contained(inside_, &load);
  }
  bool MayChange(const llvm::LoadInst& load, llvm::AAResults& aliases) const {
    const auto place = llvm::MemoryLocation::get(&load);
    return llvm::any_of(inside_, [&](const llvm::Instruction* inst) {
      return llvm::isModSet(aliases.getModRefInfo(inst, place));
    });
  }

  llvm::CallBase& lock_;
  const LockFunctions& functions_;
  const Place mutex_;
  llvm::SmallSetVector<llvm::BasicBlock*, 8> blocks_;
  std::vector<llvm::Instruction*> inside_;
  std::vector<llvm::CallBase*> unlocks_;
};

}  // namespace

void NoteOwnedLocks(llvm::Function& function, const Hooks& hooks,
                    llvm::function_ref<llvm::AAResults&()> aliases) {
  if (!owned_locks) return;
  std::vector<std::pair<llvm::CallBase*, const LockFunctions*>> locks;
  for (llvm::Instruction& inst : llvm::instructions(function)) {
    const llvm::StringRef name = NameOfCallee(inst);
    if (name.empty()) continue;
    const auto* found =
        llvm::find_if(kLockFunctions, [&](const LockFunctions& f) { return f.lock == name; });
    if (found != std::end(kLockFunctions)) {
      locks.emplace_back(llvm::cast<llvm::CallBase>(&inst), found);
    }
  }
  // The analysis is of the code as it is before anything is emitted.
  std::vector<std::pair<Section, llvm::LoadInst*>> owned;
  for (const auto& [lock, functions] : locks) {
    auto* invoke = llvm::dyn_cast<llvm::InvokeInst>(lock);
    if (invoke && !invoke->getNormalDest()->getSinglePredecessor()) continue;
    Section section(*lock, *functions);
    llvm::LoadInst* reloaded;
    if (!section.IsClosed() || !section.UnlocksTheSame(aliases(), reloaded)) continue;
    owned.emplace_back(std::move(section), reloaded);
  }
  for (const auto& [section, reloaded] : owned) section.EmitOwns(reloaded, hooks);
  NumOwned += owned.size();
}

}  // namespace hbsan
