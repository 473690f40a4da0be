// Hooks of plain accesses that instrumented code calls where its inline check misses, or instead of
// one. They preserve all registers but r11 (callers take them for preserve_all): the general ones
// as preserve_most asks for, the others because this file and the engine are compiled without them.
// What else there is to do, to print a report say, saves them first.
#include "detector/own_cell.h"
#include "detector/whole_check.h"
#include "runtime/report/report.h"
#include "runtime/runtime.h"
#include "runtime/vector_registers.h"

namespace hbsan {
namespace {

static_assert(HotState{}.other_half[0] == kHighCovered);
static_assert(HotState{}.other_half[1] == kLowCovered);

struct Miss {
  Site site;
  Addr addr;
  std::size_t size;
};

// Whatever the situation, with all that an entry of the runtime takes.
void CheckInFull(void* miss) {
  const auto& [site, addr, size] = *static_cast<const Miss*>(miss);
  CheckHook(site.pc, site.kind, reinterpret_cast<const void*>(addr), size, site.flavor);
}

void Report(void* race) { ReportRace(CurrentThread(), *static_cast<Race*>(race)); }

// Marks the thread as inside the runtime, unless that takes more (see RuntimeScope).
bool EnterQuickly(HotState& hot) {
  if (hot.state == nullptr || hot.depth != 0) return false;
  hot.depth = 1;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  if (!world_stopped.load(std::memory_order_relaxed)) [[likely]]
    return true;
  hot.depth = 0;
  return false;
}

__attribute__((noinline, preserve_most)) void DeliverSignals() {
  hbsan_call_preserving_vectors([](void*) { DeliverPendingSignals(); }, nullptr);
}

void LeaveQuickly(HotState& hot) {
  std::atomic_signal_fence(std::memory_order_seq_cst);
  hot.depth = 0;
  if (hot.signal_pending != 0) [[unlikely]]
    DeliverSignals();
}

// The access, by all the rules; if `stored`, what is left to do for that cell.
__attribute__((noinline)) void CheckByAllRules(ThreadState& t, const Miss& miss, bool stored,
                                               Addr cell) {
  Race race;
  Detector& detector = TheDetector();
  const bool raced = stored ? detector.CheckStored(t, miss.site, miss.addr, miss.size, cell, race)
                            : detector.CheckFewBytes(t, miss.site, miss.addr, miss.size, race);
  if (raced) hbsan_call_preserving_vectors(Report, &race);
}

// ReclaimIfDue, but the vector registers are only saved where it has something to do.
__attribute__((noinline, preserve_most)) void AfterTakingChunks(ThreadState& t) {
  if (TheDetector().ReclaimIsDue()) {
    hbsan_call_preserving_vectors([](void*) { ReclaimIfDue(); }, nullptr);
  } else {
    t.took_chunks = false;
  }
}

template <AccessKind kKind, std::size_t kSize, AccessFlavor kFlavor>
class Check {
 public:
  static __attribute__((always_inline)) void Run(Addr addr, std::uintptr_t pc) {
    HotState& hot = __hbsan_hot;
    if (!EnterQuickly(hot)) [[unlikely]]
      return FromOutside(addr, pc);
    ThreadState& t = *hot.state;
    if (t.ignore_accesses != 0) [[unlikely]] {
      LeaveQuickly(hot);
      return FromOutside(addr, pc);
    }
    const auto outcome = BeginCheck<kKind, kSize, kFlavor>(TheDetector(), t, hot, pc, addr);
    if (outcome != QuickOutcome::kNoRace) [[unlikely]]
      Finish(t, addr, pc, outcome);
    if (t.took_chunks) [[unlikely]]
      AfterTakingChunks(t);
    LeaveQuickly(hot);
  }

 private:
  static constexpr Site SiteOf(std::uintptr_t pc) { return {pc, kKind, kFlavor}; }

  static __attribute__((noinline, preserve_most)) void FromOutside(Addr addr, std::uintptr_t pc) {
    Miss miss{SiteOf(pc), addr, kSize};
    hbsan_call_preserving_vectors(CheckInFull, &miss);
  }

  static __attribute__((noinline, preserve_most)) void Finish(ThreadState& t, Addr addr,
                                                              std::uintptr_t pc,
                                                              QuickOutcome outcome) {
    FinishCheck<kKind, kSize, kFlavor>(
        outcome, TheDetector(), t, pc, addr, [&](bool stored, Addr cell) __attribute__((cold)) {
          CheckByAllRules(t, {SiteOf(pc), addr, kSize}, stored, cell);
        });
  }
};

template <AccessKind kKind, std::size_t kSize>
__attribute__((always_inline)) inline bool HitsHere(const void* p) {
  return Hits<kKind, kSize>(__hbsan_hot, reinterpret_cast<Addr>(p));
}

// A function of its own, so that what is looked at before saves few registers.
template <AccessKind kKind, std::size_t kSize, AccessFlavor kFlavor>
__attribute__((noinline, preserve_most)) void CheckCold(const void* p) {
  Check<kKind, kSize, kFlavor>::Run(reinterpret_cast<Addr>(p), HBSAN_CALLER_PC());
}

}  // namespace
}  // namespace hbsan

using hbsan::AccessFlavor;
using hbsan::AccessKind;

// After `test` has failed.
#define HBSAN_HOOK(name, Kind, size, Flavor, test)                                                \
  HBSAN_ABI __attribute__((preserve_most)) void __hbsan_##name(const void* p) {                   \
    if (test) return;                                                                             \
    constexpr auto kCheck = hbsan::CheckCold<AccessKind::k##Kind, size, AccessFlavor::k##Flavor>; \
    [[clang::musttail]] return kCheck(p);                                                         \
  }
// For instrumented code that has looked inline at what it wrote, or only at what it read; and for
// such that has not looked.
#define HBSAN_COLD_HOOK(name, Kind, size, Flavor)                                                 \
  HBSAN_HOOK(                                                                                     \
      cold_##name, Kind, size, Flavor,                                                            \
      AccessKind::k##Kind == AccessKind::kRead && (hbsan::HitsHere<AccessKind::kWrite, size>(p))) \
  HBSAN_HOOK(name, Kind, size, Flavor, (hbsan::HitsHere<AccessKind::k##Kind, size>(p)))
#define HBSAN_COLD_HOOKS(size)                   \
  HBSAN_COLD_HOOK(read##size, Read, size, Plain) \
  HBSAN_COLD_HOOK(write##size, Write, size, Plain)

HBSAN_COLD_HOOKS(1)
HBSAN_COLD_HOOKS(2)
HBSAN_COLD_HOOKS(4)
HBSAN_COLD_HOOKS(8)
HBSAN_COLD_HOOKS(16)
HBSAN_COLD_HOOK(vptr_read, Read, 8, Vptr)
