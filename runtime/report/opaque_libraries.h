// Libraries that order their own memory in ways that nobody can see: OpenMP's runtimes, which are
// not instrumented and synchronise by atomics of their own. The constructs of the program that they
// serve are ordered by what LLVM's Archer tells; the library calls that they make for themselves
// are not the program's.
#ifndef HBSAN_RUNTIME_REPORT_OPAQUE_LIBRARIES_H_
#define HBSAN_RUNTIME_REPORT_OPAQUE_LIBRARIES_H_

#include "detector/detector.h"

namespace hbsan {

// One side of the race is a call made inside such a library. With the runtime entered.
bool MadeByOpaqueLibrary(const Race& race);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_OPAQUE_LIBRARIES_H_
