#include "runtime/report/introspection.h"

#include <sys/types.h>

#include <algorithm>
#include <atomic>

#include "runtime/runtime.h"

namespace hbsan {
namespace {

std::atomic<const Report*> current{nullptr};

// "data-race" for "data race", and so on: how compiler-rt calls the kinds in this interface.
const char* KindName(std::string_view kind) {
  struct Name {
    std::string_view kind;
    const char* name;
  };
  constexpr Name kNames[] = {
      {"data race on vptr", "data-race-vptr"},
      {"data race", "data-race"},
      {"heap-use-after-free (virtual", "heap-use-after-free-vptr"},
      {"heap-use-after-free", "heap-use-after-free"},
      {"destroy of a locked", "locked-mutex-destroy"},
      {"double lock", "mutex-double-lock"},
      {"use of an invalid", "mutex-invalid-access"},
      {"unlock of an unlocked", "mutex-bad-unlock"},
      {"read lock", "mutex-bad-read-lock"},
      {"read unlock", "mutex-bad-read-unlock"},
  };
  for (const Name& entry : kNames) {
    if (kind.starts_with(entry.kind)) return entry.name;
  }
  return "";
}

void CopyTrace(ReportStack stack, void** trace, std::uintptr_t capacity) {
  std::size_t count = 0;
  for (const ReportFrame& frame : stack) {
    if (frame.inlined) continue;
    if (count == capacity) return;
    trace[count++] = reinterpret_cast<void*>(frame.pc);
  }
  if (count < capacity) trace[count] = nullptr;
}

const Report& Get(void* report) { return *static_cast<const Report*>(report); }

int ThreadNumber(const Report& report, std::uint32_t index) {
  return static_cast<int>(report.threads[index].number);
}

bool HasLocation(const Report& report) { return report.location.kind != LocationKind::kUnknown; }

const char* LocationName(LocationKind kind) {
  switch (kind) {
    case LocationKind::kGlobal:
      return "global";
    case LocationKind::kHeap:
      return "heap";
    case LocationKind::kStack:
      return "stack";
    case LocationKind::kThreadLocal:
      return "tls";
    case LocationKind::kDescriptor:
      return "fd";
    default:
      return "unknown";
  }
}

}  // namespace

void SetCurrentReport(const Report* report) { current.store(report, std::memory_order_release); }

}  // namespace hbsan

HBSAN_ABI void* __tsan_get_current_report() {
  return const_cast<hbsan::Report*>(hbsan::current.load(std::memory_order_acquire));
}

HBSAN_ABI int __tsan_get_report_data(void* report, const char** description, int* count,
                                     int* stack_count, int* mop_count, int* loc_count,
                                     int* mutex_count, int* thread_count, int* unique_tid_count,
                                     void** sleep_trace, std::uintptr_t trace_size) {
  const hbsan::Report& r = hbsan::Get(report);
  *description = hbsan::KindName(r.kind);
  *count = 1;
  *stack_count = r.stack.empty() ? 0 : 1;
  *mop_count = static_cast<int>(r.accesses.size());
  *loc_count = hbsan::HasLocation(r) ? 1 : 0;
  *mutex_count = static_cast<int>(r.mutexes.size());
  *thread_count = *unique_tid_count = static_cast<int>(r.threads.size());
  hbsan::CopyTrace({}, sleep_trace, trace_size);
  return 1;
}

HBSAN_ABI int __tsan_get_report_tag(void*, std::uintptr_t* tag) {
  *tag = 0;
  return 1;
}

HBSAN_ABI int __tsan_get_report_stack(void* report, std::uintptr_t, void** trace,
                                      std::uintptr_t trace_size) {
  hbsan::CopyTrace(hbsan::Get(report).stack, trace, trace_size);
  return 1;
}

HBSAN_ABI int __tsan_get_report_mop(void* report, std::uintptr_t index, int* tid, void** addr,
                                    int* size, int* write, int* atomic, void** trace,
                                    std::uintptr_t trace_size) {
  const hbsan::Report& r = hbsan::Get(report);
  if (index >= r.accesses.size()) return 0;
  const hbsan::ReportAccess& access = r.accesses[index];
  *tid = hbsan::ThreadNumber(r, access.thread);
  *addr = reinterpret_cast<void*>(access.address);
  *size = static_cast<int>(access.size);
  *write = access.kind == hbsan::AccessKind::kWrite ? 1 : 0;
  *atomic = access.flavor == hbsan::AccessFlavor::kAtomic ? 1 : 0;
  hbsan::CopyTrace(access.stack, trace, trace_size);
  return 1;
}

HBSAN_ABI int __tsan_get_report_loc(void* report, std::uintptr_t, const char** type, void** addr,
                                    std::uintptr_t* start, std::uintptr_t* size, int* tid, int* fd,
                                    int* suppressable, void** trace, std::uintptr_t trace_size) {
  const hbsan::Report& r = hbsan::Get(report);
  if (!hbsan::HasLocation(r)) return 0;
  const hbsan::ReportLocation& at = r.location;
  *type = hbsan::LocationName(at.kind);
  *addr = reinterpret_cast<void*>(at.begin + at.offset);
  *start = at.begin;
  *size = at.size;
  *tid = static_cast<int>(at.thread_number);
  *fd = at.descriptor;
  *suppressable = 1;
  hbsan::CopyTrace(at.stack, trace, trace_size);
  return 1;
}

HBSAN_ABI int __tsan_get_report_loc_object_type(void*, std::uintptr_t, const char** object_type) {
  *object_type = "";
  return 1;
}

HBSAN_ABI int __tsan_get_report_mutex(void* report, std::uintptr_t index, std::uintptr_t* mutex_id,
                                      void** addr, int* destroyed, void** trace,
                                      std::uintptr_t trace_size) {
  const hbsan::Report& r = hbsan::Get(report);
  if (index >= r.mutexes.size()) return 0;
  const hbsan::ReportMutex& mutex = r.mutexes[index];
  *mutex_id = mutex.number;
  *addr = reinterpret_cast<void*>(mutex.address);
  *destroyed = 0;
  hbsan::CopyTrace(mutex.stack, trace, trace_size);
  return 1;
}

HBSAN_ABI int __tsan_get_report_thread(void* report, std::uintptr_t index, int* tid, pid_t* os_id,
                                       int* running, const char** name, int* parent_tid,
                                       void** trace, std::uintptr_t trace_size) {
  const hbsan::Report& r = hbsan::Get(report);
  if (index >= r.threads.size()) return 0;
  const hbsan::ReportThread& thread = r.threads[index];
  *tid = static_cast<int>(thread.number);
  *os_id = static_cast<pid_t>(thread.os_id);
  *running = thread.running ? 1 : 0;
  *name = thread.name.data();
  *parent_tid = static_cast<int>(thread.parent_number);
  hbsan::CopyTrace(thread.creation, trace, trace_size);
  return 1;
}

HBSAN_ABI int __tsan_get_report_unique_tid(void* report, std::uintptr_t index, int* tid) {
  const hbsan::Report& r = hbsan::Get(report);
  if (index >= r.threads.size()) return 0;
  *tid = hbsan::ThreadNumber(r, static_cast<std::uint32_t>(index));
  return 1;
}
