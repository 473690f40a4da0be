#include "gosync/leaks.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>

#include "gosync/chan_state.h"
#include "gosync/memory_map.h"
#include "gosync/scheduler.h"
#include "gosync/show.h"
#include "gosync/stack.h"
#include "gosync/system.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {
namespace {

using Address = std::uintptr_t;

Address AddressOf(const void* p) { return reinterpret_cast<Address>(p); }

// A parked goroutine that is not known to be able to run again.
struct Suspect {
  Goroutine* g;
  bool cleared;
  bool scanned;
};
// A suspect can run again if somebody who can run reaches this: a channel, or the stack of a
// waiting goroutine.
struct Wanted {
  Address target;
  std::uint32_t suspect;
  // Of a channel's first entry: handles in what suspects were started with. If these are all, then
  // whatever else looks like a pointer to it is none.
  std::uint32_t handles = 0;
};

// An array in memory of its own, which the search leaves out.
template <typename T>
struct Array {
  T* items = nullptr;
  std::size_t count = 0, capacity = 0;

  void Reserve(std::size_t most) {
    capacity = most + 1;
    items = static_cast<T*>(mmap(nullptr, capacity * sizeof(T), PROT_READ | PROT_WRITE,
                                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  }
  void Add(const T& item) { items[count++] = item; }
  MemoryRange Memory() const { return {AddressOf(items), AddressOf(items + capacity)}; }
  T* begin() { return items; }
  T* end() { return items + count; }
};

bool IsParked(const Goroutine& g) { return g.life.load() == Life::kParked; }

// An alarm wakes it.
bool WillWake(const Goroutine& g) { return g.reason == WaitReason::kSleep; }

// Calls visit(goroutine) for all that wait.
template <typename Visit>
void ForEachParked(Visit visit) {
  const auto call = [](Goroutine& g, void* v) {
    if (IsParked(g)) (*static_cast<Visit*>(v))(g);
  };
  ForEachSlot(call, &visit);
}

// The parked goroutine on whose stack, as far as it is in use, `address` is.
Goroutine* OwnerOfStack(Address address) {
  Goroutine* const g = SlotContaining(address);
  if (g == nullptr || !IsParked(*g)) return nullptr;
  return address >= AddressOf(g->context) && address < AddressOf(StackEnd(*g)) ? g : nullptr;
}

class Search {
 public:
  // All who wait, but for those whom an alarm wakes.
  void Collect() {
    std::size_t parked = 0, channels = 0;
    ForEachParked([&](Goroutine& g) {
      ++parked;
      channels += g.reason == WaitReason::kSelect ? CasesOf(g.waits_for) : 1;
    });
    suspects_.Reserve(parked);
    channels_.Reserve(channels);
    stacks_.Reserve(parked);
    ForEachParked([&](Goroutine& g) {
      if (!WillWake(g)) AddSuspect(g);
    });
    SortByTarget(channels_);
    SortByTarget(stacks_);
    for (const Suspect& s : suspects_) CountHandles(*s.g);
    LeaveOut();
  }

  // False if the system does not say where memory is.
  bool Run(const ExitingThread& exiting) {
    const auto visit = [](MemoryRange range, void* self) {
      static_cast<Search*>(self)->ScanRoot(range);
    };
    if (!ForEachRange(exiting, visit, this)) return false;
    ForEachParked([&](Goroutine& g) {
      if (WillWake(g)) ScanGoroutine(g);
    });
    while (ScanCleared()) {
    }
    return true;
  }

  void Show() {
    const auto leaked = std::count_if(suspects_.begin(), suspects_.end(),
                                      [](const Suspect& s) { return !s.cleared; });
    if (leaked == 0) return;
    WriteError("gosync: goroutines that can never run again: ");
    WriteNumber(static_cast<std::uint64_t>(leaked));
    WriteError("\n\n");
    for (const Suspect& s : suspects_) {
      if (!s.cleared) ShowWaiting(*s.g);
    }
  }

 private:
  enum class Origin : std::uint8_t { kRoot, kGoroutine };

  void AddSuspect(Goroutine& g) {
    Suspect s{&g, false, false};
    const auto index = static_cast<std::uint32_t>(suspects_.count);
    switch (g.reason) {
      case WaitReason::kSend:
      case WaitReason::kReceive:
        channels_.Add({AddressOf(g.waits_for), index});
        break;
      case WaitReason::kSelect:
        for (std::uint32_t i = 0; i < CasesOf(g.waits_for); ++i) {
          channels_.Add({AddressOf(ChannelOf(g.waits_for, i)), index});
        }
        break;
      case WaitReason::kSendNil:
      case WaitReason::kReceiveNil:
      case WaitReason::kSelectEmpty:
        break;
      default:
        if (const Goroutine* const owner = OwnerOfStack(AddressOf(g.waits_for))) {
          stacks_.Add({AddressOf(owner), index});
        } else {
          s.cleared = true;
        }
    }
    suspects_.Add(s);
  }

  static void SortByTarget(Array<Wanted>& wanted) {
    std::sort(wanted.begin(), wanted.end(),
              [](const Wanted& a, const Wanted& b) { return a.target < b.target; });
  }
  static Wanted* FirstFor(Array<Wanted>& wanted, Address target) {
    return std::lower_bound(wanted.begin(), wanted.end(), target,
                            [](const Wanted& w, Address a) { return w.target < a; });
  }
  static bool IsFor(Array<Wanted>& wanted, const Wanted* at, Address target) {
    return at != wanted.end() && at->target == target;
  }
  void ClearFor(Array<Wanted>& wanted, Wanted* at) {
    for (const Address target = at->target; IsFor(wanted, at, target); ++at) {
      suspects_.items[at->suspect].cleared = true;
    }
  }

  void CountHandles(const Goroutine& g) {
    const auto* const words = static_cast<const Address*>(g.call);
    for (std::size_t i = 0; i < g.call_bytes / sizeof(Address); ++i) {
      Wanted* const first = FirstFor(channels_, words[i]);
      if (IsFor(channels_, first, words[i])) ++first->handles;
    }
  }
  static bool AllAccountedFor(const Wanted& first) {
    return first.handles >= reinterpret_cast<const ChanCore*>(first.target)->references.load();
  }

  // Memory of the scheduler's and the search's own, which points to stacks and to channels.
  void LeaveOut() {
    const std::uint32_t workers = scheduler.worker_count.load();
    left_out_.Reserve(2 * workers + 4);
    for (std::uint32_t i = 0; i < workers; ++i) {
      const Worker* const w = scheduler.workers[i];
      left_out_.Add({AddressOf(w), AddressOf(w + 1)});
      left_out_.Add({AddressOf(w->stack) - kThreadStackBytes, AddressOf(w->stack)});
    }
    for (const MemoryRange own :
         {suspects_.Memory(), channels_.Memory(), stacks_.Memory(), left_out_.Memory()}) {
      left_out_.Add(own);
    }
    std::sort(left_out_.begin(), left_out_.end(),
              [](MemoryRange a, MemoryRange b) { return a.begin < b.begin; });
  }

  void ScanRoot(MemoryRange range) {
    for (const MemoryRange out : left_out_) {
      if (out.end <= range.begin || out.begin >= range.end) continue;
      if (out.begin > range.begin) Scan({range.begin, out.begin}, Origin::kRoot);
      range.begin = std::min(out.end, range.end);
    }
    Scan(range, Origin::kRoot);
  }
  // Of one that can run again: what it reaches.
  void ScanGoroutine(Goroutine& g) {
    ClearWaitersOn(g);
    Scan({AddressOf(g.context), AddressOf(StackEnd(g))}, Origin::kGoroutine);
#if GOSYNC_RACE
    Scan({AddressOf(g.small_call), AddressOf(g.small_call) + kSmallCallBytes}, Origin::kGoroutine);
#endif
  }
  // False: nobody was cleared since the last time.
  bool ScanCleared() {
    bool any = false;
    for (Suspect& s : suspects_) {
      if (!s.cleared || s.scanned) continue;
      s.scanned = any = true;
      ScanGoroutine(*s.g);
    }
    return any;
  }

  void Scan(MemoryRange range, Origin origin) {
    for (Address at = range.begin; at + sizeof(Address) <= range.end; at += sizeof(Address)) {
      const Address word = *reinterpret_cast<const volatile Address*>(at);
      if (word < kPageBytes || word % alignof(void*) != 0) continue;
      const Goroutine* const owner = OwnerOfStack(word);
      if (owner != nullptr && !IsInWantedChannel(at)) ClearWaitersOn(*owner);
      Wanted* const first = FirstFor(channels_, word);
      if (!IsFor(channels_, first, word)) continue;
      if (origin == Origin::kGoroutine || !AllAccountedFor(*first)) ClearFor(channels_, first);
    }
  }
  // A pointer into its stack is known: so may be what others wait for there.
  void ClearWaitersOn(const Goroutine& owner) {
    Wanted* const first = FirstFor(stacks_, AddressOf(&owner));
    if (IsFor(stacks_, first, AddressOf(&owner))) ClearFor(stacks_, first);
  }
  // Its queues point to the stacks of those who wait.
  bool IsInWantedChannel(Address address) {
    const Wanted* const at = FirstFor(channels_, address - sizeof(ChanCore) + 1);
    return at != channels_.end() && at->target <= address;
  }

  Array<Suspect> suspects_;
  Array<Wanted> channels_;
  Array<Wanted> stacks_;
  Array<MemoryRange> left_out_;
};

// Only sleeping workers, this thread and the one that exits.
bool OthersSleep() {
  constexpr int kRounds = 200;
  constexpr std::int64_t kPause = 1'000'000;
  AtomicCell<std::uint32_t> nothing{0};
  for (int i = 0; i < kRounds; ++i) {
    if (scheduler.busy.load() == 0 && !AnyRunnable()) {
      return static_cast<std::uint32_t>(ThreadCount()) == scheduler.worker_count.load() + 2;
    }
    FutexWait(nothing, 0, kPause);
  }
  return false;
}

}  // namespace

void ShowLeaks(const ExitingThread& exiting) {
  Search search;
  if (!OthersSleep()) {
    WriteError("gosync: no search for leaked goroutines: others still run\n");
    return;
  }
  search.Collect();
  if (search.Run(exiting)) search.Show();
}

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync
