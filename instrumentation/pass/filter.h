// Second step: drops the accesses that need no check. Each rule keeps every race visible, counts
// what it drops and has a switch (`-mllvm -hbsan-...=0`, see filter.cc).
#ifndef HBSAN_INSTRUMENTATION_PASS_FILTER_H_
#define HBSAN_INSTRUMENTATION_PASS_FILTER_H_

#include "instrumentation/pass/collect.h"

namespace hbsan {

// Drops from `collected`, made for `function`, whose code has not changed since:
//  - reads of constant data and vtables: nobody writes there;
//  - accesses to objects that are private to the activation (see private_objects.h): no other
//  thread knows them;
//  - an access that one of the same or a stronger kind dominates in its region;
//  - a read that a write of the same bytes follows in its block and region: the report says
//  "write";
//  - one that others of the same or a stronger kind follow on all ways (see anticipated.h).
void Filter(llvm::Function& function, Collected& collected);

}  // namespace hbsan

#endif  // HBSAN_INSTRUMENTATION_PASS_FILTER_H_
