// Objects that only one thread can know of.
#ifndef HBSAN_INSTRUMENTATION_PASS_PRIVATE_OBJECTS_H_
#define HBSAN_INSTRUMENTATION_PASS_PRIVATE_OBJECTS_H_

#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/Value.h"

namespace hbsan {

// Whether the pointer `object` may be found by anyone who does not hold it already: it is stored,
// returned, or passed on to who may do so.
bool IsCaptured(const llvm::Value& object);

// Knows which objects of a function are private to its activation: locals, arguments that are
// passed by value, what it allocates, and what its callers pass of theirs.
class PrivateObjects {
 public:
  // Whether `pointer` points to one of them, whichever.
  bool Contains(const llvm::Value* pointer);

 private:
  bool IsPrivate(const llvm::Value* object);

  llvm::DenseMap<const llvm::Value*, bool> known_;
};

}  // namespace hbsan

#endif  // HBSAN_INSTRUMENTATION_PASS_PRIVATE_OBJECTS_H_
