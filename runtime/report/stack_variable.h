// Which local variable lies at an address of a thread's stack.
//
// The return addresses below and above it say whose frame it is, and debug information what lies
// where in the frame. What cannot be told for certain stays without a name: a function's frame is
// only recognised if the report shows the function, and if the call that made the frame is not one
// of another function.
#ifndef HBSAN_RUNTIME_REPORT_STACK_VARIABLE_H_
#define HBSAN_RUNTIME_REPORT_STACK_VARIABLE_H_

#include <cstdint>
#include <span>

#include "runtime/report/report_value.h"
#include "runtime/report/scratch.h"
#include "runtime/thread_info.h"

namespace hbsan {

// A copy of a stack's words around an address.
struct StackWindow {
  Addr begin = 0;
  std::span<const std::uintptr_t> words;
  std::span<const std::uintptr_t> returns;  // return addresses of the thread's calls

  std::size_t size() const { return words.size(); }
};

// Called while `thread` cannot end (ForEachThread); `address` lies in its stack.
StackWindow CopyStackAround(Addr address, const ThreadInfo& thread, Scratch& scratch);

// Adds name, function and declaration of the variable at `address` to the report's location, which
// is a stack.
void NameStackVariable(Addr address, const StackWindow& window, Report& report);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_STACK_VARIABLE_H_
