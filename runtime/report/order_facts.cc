#include "runtime/report/order_facts.h"

#include <algorithm>

#include "runtime/heap.h"
#include "runtime/report/folding.h"
#include "runtime/report/modules.h"
#include "runtime/report/symbolizer.h"
#include "runtime/runtime.h"
#include "runtime/thread_info.h"

namespace hbsan {
namespace {

// The previous thread's ring of releases, copied while that thread runs on. A note that it
// overwrites meanwhile shows a clock out of order; then nothing is known.
struct Releases {
  ReleaseNote notes[ThreadState::kReleaseNotes];
  std::uint32_t count = 0;  // of valid notes, oldest first
  bool complete = false;    // none is missing at the old end
  bool valid = false;
};

void Unroll(const ReleaseNote* ring, std::uint32_t total, Releases& copy) {
  copy.count = std::min<std::uint32_t>(total, ThreadState::kReleaseNotes);
  copy.complete = total == copy.count;
  for (std::uint32_t i = 0; i < copy.count; ++i) {
    copy.notes[i] = ring[(total - copy.count + i) % ThreadState::kReleaseNotes];
  }
  copy.valid = std::ranges::is_sorted(copy.notes, copy.notes + copy.count, {}, &ReleaseNote::clock);
}

Releases CopyReleases(const Access& access) {
  Releases copy;
  const auto& info = *static_cast<const ThreadInfo*>(access.thread);
  const ThreadState* state = info.state;
  if (state == nullptr) {
    Unroll(info.releases, info.release_count, copy);
    return copy;
  }
  if (state->tid != access.epoch.tid() || state->description != &info) return copy;
  const std::uint32_t total = state->release_count;
  Unroll(state->releases, total, copy);
  copy.valid &= info.state == state && state->release_count == total;
  return copy;
}

// The start of a thread, or the thread's own end: a release to one other thread.
bool HasNoObject(const ReleaseNote& note) { return note.object == 0 && note.pc == 0; }

Addr WithoutRole(Addr object) { return object & ((Addr{1} << kRoleShift) - 1); }

// Whether `note` is the unlock of a mutex that the thread held at its access: the locks held say
// that already.
bool UnlocksHeld(const ReleaseNote& note, const Race& race) {
  int count = 0;
  const HeldLock* locks = TheDetector().lock_sets().Get(race.previous.locks, count);
  return std::any_of(locks, locks + count, [&](const HeldLock& lock) {
    return WithoutRole(lock.mutex) == WithoutRole(note.object);
  });
}

constexpr Addr kSpaceBytes = Addr{1} << 36;  // of one kind's abstract addresses

// What an abstract address (runtime.h) stands for; empty for an address of the program.
std::string_view AbstractName(Addr object) {
  struct Name {
    SyncSpace space;
    std::string_view name;
  };
  constexpr Name kNames[] = {
      {SyncSpace::kDescriptor, "a file descriptor"},
      {SyncSpace::kDescriptorReuse, "a file descriptor"},
      {SyncSpace::kStream, "a file, pipe or socket"},
      {SyncSpace::kThreadEnd, "a thread's end"},
      {SyncSpace::kAtExit, "an exit handler"},
      {SyncSpace::kSignal, "a signal's action"},
      {SyncSpace::kLoader, "a loaded library"},
      {SyncSpace::kForeignThreads, "a request to the C library"},
      {SyncSpace::kMisc, "a timer"},
  };
  for (const Name& entry : kNames) {
    if (object - AbstractAddress(entry.space, 0) < kSpaceBytes) return entry.name;
  }
  return {};
}

// What was written to a file, pipe or socket: hardly ever meant for another thread.
bool IsOutput(const ReleaseNote& note) {
  return note.object - AbstractAddress(SyncSpace::kStream, 0) < kSpaceBytes;
}

// Whether `note` is the atomic operation that made the access, or a later one on the same variable.
bool IsOfAccess(const ReleaseNote& note, const Access& access) {
  return WithoutRole(note.object) - access.addr < access.size;
}

// An object on the heap, by the line of the program that allocated it. Says nothing if that is
// unknown.
void DescribeBlock(Addr object, Evidence& evidence, TextBuffer& out) {
  HeapBlock block;
  if (!FindHeapBlock(object, block) || block.freed) return;
  const ReportStack stack = evidence.Stack(block.allocated);
  const ReportFrame* maker = TellingFrame(stack);
  if (maker == nullptr || maker->file.empty()) return;
  out << "a heap object (made at " << BaseName(maker->file) << ':' << maker->line << ')';
}

// Whether a channel's method was called there.
bool IsOfChannel(std::uintptr_t pc) {
  const ReportFrame& frame = SymbolizeReturnAddress(pc).front();
  return OriginOf(frame) == FrameOrigin::kGosync &&
         frame.function.find("Chan<") != std::string_view::npos;
}

ReleaseFact Describe(const ReleaseNote& note, const Report& report, Evidence& evidence,
                     Scratch& scratch) {
  ReleaseFact fact;
  fact.known = true;
  if (note.pc != 0) {
    const ReportFrame* at = TellingFrame(SymbolizeReturnAddress(note.pc));
    if (!at->file.empty() || !at->function.empty()) fact.at = at;
  }
  if (note.object == 0) return fact;
  const Addr object = WithoutRole(note.object);
  TextBuffer text;
  text << AbstractName(object);
  for (const ReportMutex& mutex : report.mutexes) {
    if (mutex.address == object) text << "mutex M" << mutex.number;
  }
  if (DataSymbol symbol; text.empty() && SymbolizeData(object, symbol)) {
    text << '\'' << symbol.name << '\'';
  }
  if (text.empty()) DescribeBlock(object, evidence, text);
  if (text.empty()) {
    if (note.pc != 0 && IsOfChannel(note.pc)) text << "channel ";
    text.Hex(object);
  }
  fact.object = scratch.Copy(text.view());
  return fact;
}

void FindReleases(const ThreadState& t, const Race& race, const Report& report, Evidence& evidence,
                  Scratch& scratch, OrderFacts& facts) {
  const Releases releases = CopyReleases(race.previous);
  if (!releases.valid) return;
  const Clock access = race.previous.epoch.clock();
  const Clock known = TheDetector().Known(t, race.previous.epoch.tid());
  const ReleaseNote* begin = releases.notes;
  const ReleaseNote* end = begin + releases.count;
  const auto* since =
      std::find_if(begin, end, [&](const ReleaseNote& note) { return note.clock >= access; });
  if (since != begin || releases.complete) {  // the ring reaches back to the access
    facts.previous_released_nothing = std::all_of(since, end, HasNoObject);
    const auto* release = std::find_if(since, end, [&](const ReleaseNote& note) {
      return !HasNoObject(note) && !UnlocksHeld(note, race) && !IsOfAccess(note, race.previous) &&
             !IsOutput(note);
    });
    if (release != end) facts.first_release = Describe(*release, report, evidence, scratch);
  }
  const auto* last =
      std::find_if(begin, end, [&](const ReleaseNote& note) { return note.clock == known; });
  if (last != end && !HasNoObject(*last))
    facts.last_known = Describe(*last, report, evidence, scratch);
}

}  // namespace

OrderFacts FindOrderFacts(const ThreadState& t, const Race& race, const Report& report,
                          Evidence& evidence, Scratch& scratch) {
  OrderFacts facts;
  facts.locks_known =
      race.current.locks != LockSets::kUnknown && race.previous.locks != LockSets::kUnknown;
  const auto& current = *static_cast<const ThreadInfo*>(race.current.thread);
  const auto& previous = *static_cast<const ThreadInfo*>(race.previous.thread);
  const bool threads = !current.is_goroutine && !previous.is_goroutine;
  facts.previous_started_current = !current.main && current.creation != StackId{} &&
                                   current.parent_number == previous.number &&
                                   current.parent_is_goroutine == previous.is_goroutine;
  facts.current_started_previous = threads && !previous.main && previous.creation != StackId{} &&
                                   previous.parent_number == current.number;
  FindReleases(t, race, report, evidence, scratch, facts);
  return facts;
}

}  // namespace hbsan
