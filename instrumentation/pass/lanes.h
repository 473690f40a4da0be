// Vector accesses whose set of lanes is known at run time only: masked, gathering, packed, strided
// and vector-predicated loads and stores, x86's own included.
#ifndef HBSAN_INSTRUMENTATION_PASS_LANES_H_
#define HBSAN_INSTRUMENTATION_PASS_LANES_H_

#include <cstdint>
#include <optional>

#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Type.h"
#include "llvm/Support/Alignment.h"

namespace hbsan {

// Where lane i lies.
enum class LaneShape : uint8_t {
  kContiguous,  // pointer + i * size
  kPacked,      // enabled lanes one after the other, from pointer on
  kStrided,     // pointer + i * operand
  kIndexed,     // pointer + operand[i] * scale
  kPointers,    // pointer[i]
};

struct LaneAccess {
  llvm::CallBase* inst;
  bool is_write;
  LaneShape shape;
  llvm::Value* pointer;            // A vector of pointers for kPointers.
  llvm::Value* operand = nullptr;  // Stride or index vector.
  uint64_t scale = 1;
  llvm::Value* mask;             // <n x i1>, or wider elements whose sign bit counts.
  llvm::Value* count = nullptr;  // Only lanes below it are enabled; null: all.
  llvm::VectorType* type;
  llvm::Align align;  // Of each lane.
};

// What `call` accesses by lanes, or nothing.
std::optional<LaneAccess> DecodeLanes(llvm::CallBase& call);

}  // namespace hbsan

#endif  // HBSAN_INSTRUMENTATION_PASS_LANES_H_
