// Third step: puts the hooks into the code.
#ifndef HBSAN_INSTRUMENTATION_PASS_EMIT_H_
#define HBSAN_INSTRUMENTATION_PASS_EMIT_H_

#include "instrumentation/pass/access.h"
#include "instrumentation/pass/hooks.h"
#include "instrumentation/pass/lanes.h"
#include "instrumentation/pass/ranges.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/IntrinsicInst.h"

namespace hbsan {

// Rewrites what has no hook of its own into operations that have one: RMW operations such as min,
// max and fadd into compare-exchange loops, element-wise atomic memory intrinsics into loops of
// atomic loads and stores.
void ExpandAtomics(llvm::Function& function);

// Whether a function with so many accesses to check is to test each inline, for speed: not if it is
// to be small, nor if it is so large that compiling it would take long.
bool ChecksInline(const llvm::Function& function, size_t accesses);

// Tests at the place of `access`, without a call, whether the running thread accessed these
// bytes in its present epoch already (see detector/hot_state.h). Returns where control goes if not,
// a block of its own that rejoins. `access` has a power of two of bytes, at most 16.
llvm::Instruction* EmitInlineTest(const Access& access, llvm::Value* address, const Hooks& hooks);

// Checks `access` at its place.
void EmitAccess(const Access& access, const Hooks& hooks, bool check_inline);

// Checks a range at its place; returns the hook's call.
llvm::CallInst* EmitRange(const Range& range, const Hooks& hooks);

// Checks the enabled lanes, and only them, right before the instruction.
void EmitLanes(const LaneAccess& lanes, const Hooks& hooks);

// Replaces an atomic operation by the hook that performs it.
void EmitAtomic(llvm::Instruction& inst, const Hooks& hooks);

// Replaces a memory intrinsic by the hook that checks and performs it.
void EmitBulk(llvm::MemIntrinsic& inst, const Hooks& hooks);

// Replaces a call of bcmp with a constant number of bytes by loads, which are not to be checked.
void ExpandComparison(llvm::CallInst& call);

// Moves the function's static allocas up before all else, so that splitting the entry block leaves
// them in it.
void GatherAllocas(llvm::Function& function);

// Keeps the shadow call stack: pushes a frame on entry, pops it wherever control leaves, and sets
// the stack right where control may arrive from a deeper call without a return: landing pads and
// calls that return twice.
void EmitFrame(llvm::Function& function, const Hooks& hooks);

// Brackets the function so that nothing it calls is checked (clang asks for it in some
// compiler-made functions).
void EmitIgnore(llvm::Function& function, const Hooks& hooks);

// `size` bytes at `address`; the hook goes to the builder's position.
void EmitCheck(llvm::IRBuilderBase& builder, const Hooks& hooks, llvm::Value* address,
               llvm::TypeSize size, llvm::Align align, bool is_write);

}  // namespace hbsan

#endif  // HBSAN_INSTRUMENTATION_PASS_EMIT_H_
