// One plain memory access that a hook is to check: the currency between collecting, filtering and
// emitting.
#ifndef HBSAN_INSTRUMENTATION_PASS_ACCESS_H_
#define HBSAN_INSTRUMENTATION_PASS_ACCESS_H_

#include <cstdint>
#include <utility>

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/Instruction.h"
#include "llvm/Support/Alignment.h"
#include "llvm/Support/TypeSize.h"

namespace hbsan {

// kVptrUpdate counts as a write only if it changes the pointer: objects re-store their own vtable
// while they are constructed and destroyed. It neither covers another access nor is covered by one.
enum class AccessKind : uint8_t { kRead, kWrite, kVptrRead, kVptrUpdate };

inline bool IsWrite(AccessKind kind) {
  return kind == AccessKind::kWrite || kind == AccessKind::kVptrUpdate;
}

// What an instruction reads, or what it writes.
struct CoveredAccess {
  llvm::Instruction* inst;
  bool is_write;
};

// `size` contiguous bytes at `pointer` + `offset`, touched by `inst`. An
// instruction whose type has padding inside makes one Access for each run of bytes it really
// touches.
struct Access {
  llvm::Instruction* inst;
  llvm::Value* pointer;
  uint64_t offset;
  llvm::TypeSize size;
  llvm::Align align;
  AccessKind kind;
  // Places passed in this block before the access where a region ends (see regions.h); and those
  // after which control may not go on, as well.
  uint32_t segment;
  uint32_t stretch;
  // Where the check is made: right before this, which is `inst` itself or before a loop around it.
  llvm::Instruction* place;
  // What needs no check of its own since this one has one.
  llvm::SmallVector<CoveredAccess, 0> covers = {};
};

// An address as a base and a constant distance from it, so that equal addresses compare equal.
using Address = std::pair<const llvm::Value*, int64_t>;

inline Address AddressOf(const Access& access) {
  const llvm::DataLayout& layout = access.inst->getDataLayout();
  llvm::APInt offset(layout.getIndexTypeSizeInBits(access.pointer->getType()), access.offset);
  const llvm::Value* base =
      access.pointer->stripAndAccumulateConstantOffsets(layout, offset, /*AllowNonInbounds=*/true);
  return {base, offset.getSExtValue()};
}

// Whether a check of another access may serve for this one, or the other way round.
inline bool MayBeCovered(const Access& access) {
  return access.kind != AccessKind::kVptrUpdate && !access.size.isScalable();
}

}  // namespace hbsan

#endif  // HBSAN_INSTRUMENTATION_PASS_ACCESS_H_
