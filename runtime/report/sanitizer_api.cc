// What programs call that know they run under a sanitizer: <sanitizer/common_interface_defs.h>, as
// far as reports go. Weak: with -fsanitize=race,undefined, UBSan's own runtime defines them too.
#include "runtime/report/reporter.h"
#include "runtime/runtime.h"

HBSAN_ABI [[gnu::weak]] void __sanitizer_set_death_callback(void (*callback)()) {
  hbsan::TheReporter().SetDeathCallback(callback);
}

HBSAN_ABI [[gnu::weak]] void __sanitizer_set_report_path(const char* path) {
  hbsan::RuntimeScope scope;
  hbsan::TheReporter().SetLogPath(path == nullptr ? std::string_view() : std::string_view(path));
}

HBSAN_ABI [[gnu::weak]] void __sanitizer_set_report_fd(void* fd) {
  hbsan::RuntimeScope scope;
  hbsan::TheReporter().SetLogDescriptor(static_cast<int>(reinterpret_cast<std::intptr_t>(fd)));
}

HBSAN_ABI [[gnu::weak]] void __sanitizer_print_stack_trace() {
  const std::uintptr_t pc = HBSAN_CALLER_PC();
  hbsan::RuntimeScope scope;
  hbsan::TheReporter().PrintCallStack(hbsan::TheDetector().CurrentStack(scope.thread(), pc));
}
