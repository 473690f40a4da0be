#include "detector/testing/test_host.h"

#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "detector/own_cell.h"
#include "detector/whole_check.h"

namespace hbsan::testing {
namespace {

template <AccessKind kKind, std::size_t kSize>
bool CheckAsHookDoes(Detector& detector, ThreadState& t, std::uintptr_t pc, Addr addr, Race& race) {
  if (Hits<kKind, kSize>(*t.hot, addr)) return false;
  bool raced = false;
  const Site site{.pc = pc, .kind = kKind};
  constexpr AccessFlavor kPlain = AccessFlavor::kPlain;
  const auto outcome = BeginCheck<kKind, kSize, kPlain>(detector, t, *t.hot, pc, addr);
  if (outcome == QuickOutcome::kNoRace) return false;
  FinishCheck<kKind, kSize, kPlain>(outcome, detector, t, pc, addr, [&](bool stored, Addr cell) {
    Race found;
    const bool finds = stored ? detector.CheckStored(t, site, addr, kSize, cell, found)
                              : detector.CheckAccess(t, site, addr, kSize, found);
    if (finds && !std::exchange(raced, true)) race = found;
  });
  return raced;
}

template <AccessKind kKind>
bool CheckAsHookDoes(Detector& detector, ThreadState& t, const Site& site, Addr addr,
                     std::size_t size, Race& race) {
  switch (size) {
    case 1:
      return CheckAsHookDoes<kKind, 1>(detector, t, site.pc, addr, race);
    case 2:
      return CheckAsHookDoes<kKind, 2>(detector, t, site.pc, addr, race);
    case 4:
      return CheckAsHookDoes<kKind, 4>(detector, t, site.pc, addr, race);
    case 8:
      return CheckAsHookDoes<kKind, 8>(detector, t, site.pc, addr, race);
    case 16:
      return CheckAsHookDoes<kKind, 16>(detector, t, site.pc, addr, race);
    default:
      return detector.CheckAccess(t, site, addr, size, race);
  }
}

bool CheckAsHooksDo(Detector& detector, ThreadState& t, const Site& site, Addr addr,
                    std::size_t size, Race& race) {
  if (site.flavor == AccessFlavor::kAtomic) {
    std::optional<Race> found;
    const bool raced = !detector.IsOwnAtomic(t, site.kind, addr, size) &&
                       detector.CheckAtomic(t, site, addr, size, found);
    if (raced) race = *found;
    return raced;
  }
  if (site.flavor != AccessFlavor::kPlain) return detector.CheckAccess(t, site, addr, size, race);
  return site.kind == AccessKind::kRead
             ? CheckAsHookDoes<AccessKind::kRead>(detector, t, site, addr, size, race)
             : CheckAsHookDoes<AccessKind::kWrite>(detector, t, site, addr, size, race);
}

thread_local TestHost* current_host = nullptr;

void Fatal(const char* what) {
  std::fprintf(stderr, "the engine gave up: %s\n", what);
  std::abort();
}

void Discard(void* p, std::size_t bytes) {
  constexpr std::uintptr_t kPage = 4096;
  const auto begin = (reinterpret_cast<std::uintptr_t>(p) + kPage - 1) & ~(kPage - 1);
  const auto end = (reinterpret_cast<std::uintptr_t>(p) + bytes) & ~(kPage - 1);
  if (begin < end) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

void NothingToWaitFor(void*) {}
void KeepDescription(ThreadDescription*) {}

}  // namespace

TestHost::TestHost() : host_(), outer_(current_host) {
  host_.reserve = Reserve;
  host_.discard = Discard;
  host_.wait_quiescent = NothingToWaitFor;
  host_.forget_thread = KeepDescription;
  host_.fatal = Fatal;
  current_host = this;
}

TestHost::~TestHost() {
  for (const auto& [p, bytes] : reserved_) munmap(p, bytes);
  current_host = outer_;
}

void* TestHost::Reserve(std::size_t bytes) {
  void* p = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) Fatal("cannot reserve memory");
  current_host->reserved_.emplace_back(p, bytes);
  return p;
}

void TestThread::Call(std::uintptr_t return_address) {
  if (depth() == kMaxFrames) Fatal("a test's call stack overflows");
  *hot->stack_top++ = {return_address, 0, 0};
}

TestEngine::TestEngine() : detector_(new Detector()) { detector_->Init(host_.host()); }

std::unique_ptr<TestThread> TestEngine::Start(TestThread* parent, int plane) {
  auto thread = std::make_unique<TestThread>();
  thread->frames.resize(TestThread::kMaxFrames);
  {
    const std::lock_guard hold(mutex_);
    thread->description = &descriptions_.emplace_back();
  }
  thread->state = detector_->StartThread(parent != nullptr ? parent->state : nullptr,
                                         thread->description, thread->frames.data());
  thread->hot = std::make_unique<HotState>();
  detector_->Resume(*thread->state, *thread->hot, plane % kReadPlanes);
  return thread;
}

void TestEngine::Finish(std::unique_ptr<TestThread> thread, SyncObject* end) {
  detector_->FinishThread(*thread->state, end);
}

std::optional<Race> TestEngine::Read(TestThread& t, Addr addr, std::size_t size,
                                     std::uintptr_t pc) {
  return Access(t, {.pc = pc, .kind = AccessKind::kRead}, addr, size);
}

std::optional<Race> TestEngine::Write(TestThread& t, Addr addr, std::size_t size,
                                      std::uintptr_t pc) {
  return Access(t, {.pc = pc, .kind = AccessKind::kWrite}, addr, size);
}

// Three of four accesses go as the hooks of instrumented code check them, if there is one.
std::optional<Race> TestEngine::Access(TestThread& t, const Site& site, Addr addr,
                                       std::size_t size) {
  Race race;
  const bool quickly = ++t.accesses % 4 != 0;
  const bool raced = quickly ? CheckAsHooksDo(*detector_, *t.state, site, addr, size, race)
                             : detector_->CheckAccess(*t.state, site, addr, size, race);
  if (!raced) return std::nullopt;
  return race;
}

bool TestEngine::HitsInline(const TestThread& t, AccessKind kind, Addr addr, std::size_t size) {
  const std::size_t offset = addr % kCellBytes;
  if (offset + size > kCellBytes) return false;
  std::uint32_t unneeded = 0;
  if (offset >= kCellBytes / 2) unneeded |= kLowCovered;
  if (offset + size <= kCellBytes / 2) unneeded |= kHighCovered;
  const auto own = [&](std::uintptr_t plane) {
    const std::uint32_t id = Shadow::CellIn(plane, addr)->load(std::memory_order_relaxed);
    return (id | unneeded) - t.hot->own_first < t.hot->own_count;
  };
  return own(t.hot->write_plane) || (kind == AccessKind::kRead && own(t.hot->read_plane));
}

std::vector<std::uintptr_t> TestEngine::Unwind(StackId stack) const {
  std::vector<std::uintptr_t> pcs(TestThread::kMaxFrames + 1);
  pcs.resize(detector_->stacks().Unwind(stack, pcs.data(), pcs.size()));
  return pcs;
}

}  // namespace hbsan::testing
