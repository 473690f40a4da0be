// First step: finds what a function's instructions touch.
#ifndef HBSAN_INSTRUMENTATION_PASS_COLLECT_H_
#define HBSAN_INSTRUMENTATION_PASS_COLLECT_H_

#include <cstdint>
#include <vector>

#include "instrumentation/pass/access.h"
#include "instrumentation/pass/lanes.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/IntrinsicInst.h"

namespace hbsan {

// A reachable block and its part of Collected::accesses, [begin, end), in program order.
struct BlockAccesses {
  llvm::BasicBlock* block;
  uint32_t begin;
  uint32_t end;
  uint32_t boundaries;
  uint32_t stretches;  // Likewise, see Access.
};

struct Collected {
  std::vector<BlockAccesses> blocks;  // In reverse post-order.
  std::vector<Access> accesses;
  std::vector<llvm::Instruction*> atomics;
  std::vector<llvm::MemIntrinsic*> bulk;  // To be replaced by a hook that checks and does the work.
  std::vector<llvm::CallInst*> comparisons;  // Calls of bcmp to be replaced by what they do.
  std::vector<LaneAccess> lanes;
  std::vector<llvm::CallInst*> calls;
  bool has_calls = false;  // Anything that may run other code, so needs this function's frame.
};

enum class Scope : uint8_t {
  kAll,
  kSynchronization,  // no_sanitize("thread"): atomics still order other functions' accesses.
};

Collected Collect(llvm::Function& function, Scope scope);

// Whether an access through `pointer` may be checked at all: not those of profiling counters, of
// other address spaces and of swifterror slots, which live in registers.
bool IsCheckable(const llvm::Value* pointer);

// A load or store that other threads may see as atomic, an RMW, a cmpxchg or a fence.
bool IsAtomicOperation(const llvm::Instruction& inst);

// Whether code on both sides of `inst` may differ in what is ordered with it: a call that may
// synchronise, an atomic operation, or a place where an exception arrives.
bool EndsRegion(const llvm::Instruction& inst);

// Whether what follows `inst` may never run or that may be: it ends a region, or is a call that may
// not return.
bool IsBoundary(const llvm::Instruction& inst);

}  // namespace hbsan

#endif  // HBSAN_INSTRUMENTATION_PASS_COLLECT_H_
