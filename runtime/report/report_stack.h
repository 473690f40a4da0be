// A stack of our own for the making of a report: the thread may run on a signal handler's few
// kilobytes or on a goroutine's.
#ifndef HBSAN_RUNTIME_REPORT_REPORT_STACK_H_
#define HBSAN_RUNTIME_REPORT_REPORT_STACK_H_

namespace hbsan {

// Runs function(argument) on the report stack. One caller at a time: under the report lock, and not
// nested.
void CallOnReportStack(void (*function)(void*), void* argument);

// The same for a function object.
template <typename Body>
void OnReportStack(Body body) {
  CallOnReportStack([](void* argument) { (*static_cast<Body*>(argument))(); }, &body);
}

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_REPORT_STACK_H_
