// What the engine knows of the order of two racing threads, for the sentence that explains a race.
#ifndef HBSAN_RUNTIME_REPORT_ORDER_FACTS_H_
#define HBSAN_RUNTIME_REPORT_ORDER_FACTS_H_

#include "detector/detector.h"
#include "runtime/report/evidence.h"
#include "runtime/report/explanation.h"

namespace hbsan {

// `report` has its accesses, threads and mutexes. What the facts refer to lives in `scratch` or for
// good.
OrderFacts FindOrderFacts(const ThreadState& t, const Race& race, const Report& report,
                          Evidence& evidence, Scratch& scratch);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_ORDER_FACTS_H_
