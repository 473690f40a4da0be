// compiler-rt's interface for debuggers and for __tsan_on_report callbacks: __tsan_get_report_data
// and its like.
#ifndef HBSAN_RUNTIME_REPORT_INTROSPECTION_H_
#define HBSAN_RUNTIME_REPORT_INTROSPECTION_H_

#include "runtime/report/report_value.h"

namespace hbsan {

// The report that __tsan_get_current_report returns; null: none is being made.
void SetCurrentReport(const Report* report);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_INTROSPECTION_H_
