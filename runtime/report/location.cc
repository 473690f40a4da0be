#include "runtime/descriptors.h"
#include "runtime/heap.h"
#include "runtime/report/evidence.h"
#include "runtime/report/modules.h"
#include "runtime/report/symbolizer.h"
#include "runtime/runtime.h"

namespace hbsan {
namespace {

struct Search {
  Evidence& evidence;
  Addr address;
  Scratch& scratch;
  StackWindow& window;
  ReportLocation location;
};

bool Within(Addr address, Addr begin, Addr end) { return address >= begin && address < end; }

void SetThread(Search& search, ThreadInfo& thread) {
  search.evidence.AddThread(thread);
  search.location.thread_number = thread.number;
  search.location.thread_goroutine = thread.is_goroutine;
}

void VisitForMemory(ThreadInfo& thread, void* context) {
  auto& search = *static_cast<Search*>(context);
  // The thread-local storage of a pthread lies in its stack's mapping.
  if (Within(search.address, thread.tls_begin, thread.tls_end)) {
    search.location.kind = LocationKind::kThreadLocal;
  } else if (Within(search.address, thread.stack_begin, thread.stack_end)) {
    search.location.kind = LocationKind::kStack;
    search.window = CopyStackAround(search.address, thread, search.scratch);
  } else {
    return;
  }
  SetThread(search, thread);
}

// Lists the thread that allocated a block or opened a file, if it is still alive.
void VisitForOrigin(ThreadInfo& thread, void* context) {
  auto& search = *static_cast<Search*>(context);
  if (thread.number == search.location.thread_number &&
      thread.is_goroutine == search.location.thread_goroutine) {
    search.evidence.AddThread(thread);
  }
}

bool FindHeap(Search& search) {
  HeapBlock block;
  if (!FindHeapBlock(search.address, block)) return false;
  ReportLocation& at = search.location;
  at.kind = LocationKind::kHeap;
  at.begin = block.begin;
  at.size = block.size;
  at.offset = search.address - block.begin;
  at.freed = block.freed;
  at.stack = search.evidence.Stack(block.allocated);
  at.thread_number = block.allocated_by;
  at.thread_goroutine = block.by_goroutine;
  ForEachThread(&VisitForOrigin, &search);
  return true;
}

bool FindGlobal(Search& search) {
  const Module* module = FindModule(search.address);
  if (module == nullptr) return false;
  ReportLocation& at = search.location;
  at.kind = LocationKind::kGlobal;
  at.module = module->path;
  at.module_offset = search.address - module->bias;
  if (DataSymbol symbol; SymbolizeData(search.address, symbol)) {
    at.name = symbol.name;
    at.begin = symbol.begin;
    at.size = symbol.size;
    at.offset = search.address - symbol.begin;
    at.module_offset -= at.offset;
    at.file = symbol.file;
    at.line = symbol.line;
  }
  return true;
}

bool FindFile(Search& search) {
  DescriptorOrigin origin;
  if (!FindDescriptor(search.address, origin)) return false;
  ReportLocation& at = search.location;
  at.kind = LocationKind::kDescriptor;
  at.descriptor = origin.fd;
  at.stack = search.evidence.Stack(origin.opened);
  at.thread_number = origin.opened_by;
  at.thread_goroutine = origin.by_goroutine;
  ForEachThread(&VisitForOrigin, &search);
  return true;
}

}  // namespace

ReportLocation FindLocation(Evidence& evidence, Addr address, Scratch& scratch,
                            StackWindow& window) {
  Search search = {.evidence = evidence,
                   .address = address,
                   .scratch = scratch,
                   .window = window,
                   .location = {}};
  if (FindHeap(search) || FindFile(search)) return search.location;
  ForEachThread(&VisitForMemory, &search);
  if (search.location.kind == LocationKind::kUnknown) FindGlobal(search);
  return search.location;
}

}  // namespace hbsan
