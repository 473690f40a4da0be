// An address as a text that depends neither on the optimizer nor on the code around it.
#ifndef HBSAN_INSTRUMENTATION_PASS_EXPRESSION_TEXT_H_
#define HBSAN_INSTRUMENTATION_PASS_EXPRESSION_TEXT_H_

#include <string>

#include "llvm/IR/DataLayout.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Value.h"

namespace hbsan {

struct ExpressionText {
  std::string text;
  bool of_argument = false;  // Holds only within the function.
};

// `p->next->x` is "*(#0+8)+4": parameters are known by number, local variables by name as far as
// debug information tells, elements by their index. Parts that are deeply nested are left out.
ExpressionText TextOfAddress(const llvm::Value& address, const llvm::DataLayout& layout);

// The callee and its arguments.
ExpressionText TextOfCall(const llvm::CallBase& call);

}  // namespace hbsan

#endif  // HBSAN_INSTRUMENTATION_PASS_EXPRESSION_TEXT_H_
