#include "runtime/report/evidence.h"

#include <algorithm>
#include <ranges>

#include "runtime/report/explanation.h"
#include "runtime/report/folding.h"
#include "runtime/report/order_facts.h"
#include "runtime/report/symbolizer.h"
#include "runtime/report/tests.h"
#include "runtime/runtime.h"
#include "runtime/sys.h"

namespace hbsan {
namespace {

constexpr std::size_t kUsualDepth = 512;
constexpr std::size_t kMaxDepth = 1 << 16;

// The stack where a mutex was made, if that was seen and nobody holds its sync object at this
// moment.
StackId CreationOf(Addr mutex) {
  SyncObject* sync = TheDetector().FindSync(InRole(mutex, SyncRole::kMutex));
  if (sync == nullptr || !sync->lock.try_lock()) return {};
  const bool same = sync->address == InRole(mutex, SyncRole::kMutex);
  const StackId creation = same ? sync->creation : StackId{};
  sync->lock.unlock();
  return creation;
}

}  // namespace

ReportStack Evidence::Stack(std::span<const std::uintptr_t> pcs) {
  // Archer enters a function at 0 where OpenMP's runtime itself is the caller.
  auto known = pcs | std::views::filter([](std::uintptr_t pc) { return pc != 0; });
  std::size_t count = 0;
  for (const std::uintptr_t pc : known) count += SymbolizeReturnAddress(pc).size();
  const std::span<ReportFrame> frames = scratch_.NewArray<ReportFrame>(count);
  auto next = frames.begin();
  for (const std::uintptr_t pc : known)
    next = std::ranges::copy(SymbolizeReturnAddress(pc), next).out;
  return WithoutStartCode(frames);
}

ReportStack Evidence::Stack(StackId stack) {
  if (stack == StackId{}) return {};
  const StackDepot& stacks = TheDetector().stacks();
  std::span<std::uintptr_t> pcs = scratch_.NewArray<std::uintptr_t>(kUsualDepth);
  std::size_t depth = stacks.Unwind(stack, pcs.data(), pcs.size());
  if (depth == kUsualDepth) {
    pcs = scratch_.NewArray<std::uintptr_t>(kMaxDepth);
    depth = stacks.Unwind(stack, pcs.data(), pcs.size());
  }
  return Stack(pcs.first(depth));
}

std::uint32_t Evidence::AddThread(const ThreadInfo& thread) {
  for (std::uint32_t i = 0; i < thread_count_; ++i) {
    if (thread_infos_[i] == &thread) return i;
  }
  const std::uint32_t index = std::min(thread_count_, kMaxThreads - 1);
  thread_count_ = index + 1;
  thread_infos_[index] = &thread;
  ReportThread& added = threads_[index];
  added = {};
  added.number = thread.number;
  added.main = thread.main;
  added.goroutine = thread.is_goroutine;
  added.running = thread.running.load(std::memory_order_relaxed);
  added.os_id = thread.os_id;
  const char* name_end = std::find(std::begin(thread.name), std::end(thread.name), '\0');
  added.name = scratch_.Copy({thread.name, static_cast<std::size_t>(name_end - thread.name)});
  added.has_parent = !thread.main && thread.creation != StackId{};
  added.parent_number = thread.parent_number;
  added.parent_goroutine = thread.parent_is_goroutine;
  added.creation = Stack(thread.creation);
  if (thread.test != nullptr) added.test = thread.test;
  return index;
}

std::uint32_t Evidence::AddMutex(Addr address, StackId fallback) {
  for (std::uint32_t i = 0; i < mutex_count_; ++i) {
    if (mutexes_[i].address == address) return mutexes_[i].number;
  }
  if (mutex_count_ == kMaxMutexes) return 0;
  ReportMutex& mutex = mutexes_[mutex_count_++];
  mutex = {};
  mutex.number = mutex_count_;
  mutex.address = address;
  if (DataSymbol symbol; SymbolizeData(address, symbol)) mutex.name = symbol.name;
  const StackId creation = CreationOf(address);
  mutex.created = creation != StackId{};
  mutex.stack = Stack(mutex.created ? creation : fallback);
  return mutex.number;
}

ReportAccess Evidence::Side(const Access& access) {
  ReportAccess side;
  side.kind = access.kind;
  side.flavor = access.flavor;
  side.address = access.addr;
  side.size = access.size;
  side.thread = AddThread(*static_cast<const ThreadInfo*>(access.thread));
  side.stack = Stack(access.stack);
  int count = 0;
  const HeldLock* locks = TheDetector().lock_sets().Get(access.locks, count);
  const auto held = scratch_.NewArray<ReportHeldMutex>(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    held[i].number = AddMutex(locks[i].mutex, locks[i].acquired);
    held[i].shared = locks[i].shared;
    held[i].acquired = Stack(locks[i].acquired);
  }
  side.mutexes = held;
  return side;
}

Report Evidence::OfRace(const ThreadState& t, const Race& race,
                        std::string_view strip_path_prefix) {
  Report report;
  report.kind = RaceKind(race);
  report.pid = sys::GetPid();
  const std::span<ReportAccess> accesses = scratch_.NewArray<ReportAccess>(2);
  accesses[0] = Side(race.current);
  accesses[1] = Side(race.previous);
  report.accesses = accesses;
  StackWindow window;
  report.location = FindLocation(*this, race.current.addr, scratch_, window);
  report.mutexes = {mutexes_, mutex_count_};
  report.threads = {threads_, thread_count_};
  NameStackVariable(race.current.addr, window, report);
  Explain(t, race, strip_path_prefix, report);
  report.tests = Tests(report);
  return report;
}

// The tests of the threads that accessed; if none was started by a test, the one that runs now.
std::span<const std::string_view> Evidence::Tests(const Report& report) {
  const std::span<std::string_view> tests = scratch_.NewArray<std::string_view>(2);
  std::size_t count = 0;
  const auto add = [&](std::string_view test) {
    if (test.empty() || (count != 0 && tests[0] == test)) return;
    tests[count++] = test;
  };
  for (const ReportAccess& access : report.accesses) add(report.threads[access.thread].test);
  if (report.accesses.empty()) add(report.threads[0].test);
  if (count == 0 && CurrentTest() != nullptr) add(CurrentTest());
  return tests.first(count);
}

ReportRelease Evidence::Release(const ReleaseFact& fact) {
  ReportRelease release;
  if (!fact.known) return release;
  release.object = fact.object;
  if (fact.at == nullptr) return release;
  const std::span<ReportFrame> copy = scratch_.NewArray<ReportFrame>(1);
  copy[0] = *fact.at;
  release.at = copy.data();
  return release;
}

void Evidence::Explain(const ThreadState& t, const Race& race, std::string_view strip_path_prefix,
                       Report& report) {
  const OrderFacts facts = FindOrderFacts(t, race, report, *this, scratch_);
  TextBuffer text;
  hbsan::Explain(report, facts, strip_path_prefix, text);
  report.explanation = scratch_.Copy(text.view());
  report.first_release = Release(facts.first_release);
  report.last_known = Release(facts.last_known);
}

Report Evidence::OfCall(std::string_view kind, const ThreadInfo& caller, StackId stack,
                        const HeldLock& mutex) {
  Report report;
  report.kind = kind;
  report.pid = sys::GetPid();
  AddThread(caller);
  report.stack = Stack(stack);
  StackWindow window;
  if (mutex.mutex != 0) {
    AddMutex(mutex.mutex, mutex.acquired);
    report.location = FindLocation(*this, mutex.mutex, scratch_, window);
  }
  report.mutexes = {mutexes_, mutex_count_};
  report.threads = {threads_, thread_count_};
  NameStackVariable(mutex.mutex, window, report);
  report.tests = Tests(report);
  return report;
}

std::string_view RaceKind(const Race& race) {
  const auto has = [&](AccessFlavor flavor) {
    return race.current.flavor == flavor || race.previous.flavor == flavor;
  };
  if (has(AccessFlavor::kFree)) {
    return has(AccessFlavor::kVptr) ? "heap-use-after-free (virtual call vs free)"
                                    : "heap-use-after-free";
  }
  return has(AccessFlavor::kVptr) ? "data race on vptr (ctor/dtor vs virtual call)" : "data race";
}

}  // namespace hbsan
