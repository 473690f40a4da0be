// __tsan_external_*: libraries that are not instrumented tell of reads and writes of their objects
// as a whole.
//
// An object is represented by its first byte. Tags name kinds of objects; reports tell what lives
// at the address by themselves.
#include <atomic>

#include "runtime/hooks/ignore.h"
#include "runtime/report/report.h"
#include "runtime/runtime.h"

namespace {

// The access as made by the library's user at `caller`, in the library's function at `pc`.
void CheckObject(void* object, void* caller, hbsan::AccessKind kind, std::uintptr_t pc) {
  if (hbsan::InRuntime()) return;
  hbsan::RuntimeScope scope;
  hbsan::ThreadState& t = scope.thread();
  if (hbsan::IgnoresAccess(t, kind)) return;
  hbsan::Frame* const frame = t.hot->stack_top;
  if (caller != nullptr) {
    *frame = {reinterpret_cast<std::uintptr_t>(caller), 0, 0};
    t.hot->stack_top = frame + 1;
  }
  hbsan::Race race;
  const hbsan::Site site{pc, kind, hbsan::AccessFlavor::kPlain};
  if (hbsan::TheDetector().CheckAccess(t, site, reinterpret_cast<hbsan::Addr>(object), 1, race)) {
    hbsan::ReportRace(t, race);
  }
  t.hot->stack_top = frame;
}

}  // namespace

HBSAN_ABI void* __tsan_external_register_tag(const char*) {
  static constinit std::atomic<std::uintptr_t> last{0};
  return reinterpret_cast<void*>(last.fetch_add(1, std::memory_order_relaxed) + 1);
}

HBSAN_ABI void __tsan_external_register_header(void*, const char*) {}
HBSAN_ABI void __tsan_external_assign_tag(void*, void*) {}

HBSAN_ABI void __tsan_external_read(void* object, void* caller, void*) {
  CheckObject(object, caller, hbsan::AccessKind::kRead, HBSAN_CALLER_PC());
}

HBSAN_ABI void __tsan_external_write(void* object, void* caller, void*) {
  CheckObject(object, caller, hbsan::AccessKind::kWrite, HBSAN_CALLER_PC());
}
