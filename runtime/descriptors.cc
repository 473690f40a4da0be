#include "runtime/descriptors.h"

#include <fcntl.h>
#include <sys/syscall.h>

#include <algorithm>
#include <atomic>

#include "runtime/address_space.h"
#include "runtime/descriptor_streams.h"
#include "runtime/memory_life.h"
#include "runtime/runtime.h"
#include "runtime/sys.h"

namespace hbsan {
namespace {

constexpr int kMaxDescriptors = 1 << 22;

enum class State : std::uint8_t { kUnknown, kOpen, kClosing, kClosed };

// The streams of a descriptor in one word; 0: not identified yet.
class StreamPair {
 public:
  constexpr StreamPair() = default;
  constexpr explicit StreamPair(std::uint64_t bits) : bits_(bits) {}
  explicit StreamPair(const DescriptorStreams& s)
      : bits_(kIdentified | (s.close_is_seen ? kCloseIsSeen : 0) |
              std::uint64_t{s.out.value} << kOutShift | s.in.value) {}
  std::uint64_t bits() const { return bits_; }
  bool identified() const { return bits_ != 0; }
  bool close_is_seen() const { return (bits_ & kCloseIsSeen) != 0; }
  StreamId in() const { return {static_cast<std::uint32_t>(bits_ & kIdMask)}; }
  StreamId out() const { return {static_cast<std::uint32_t>(bits_ >> kOutShift & kIdMask)}; }

 private:
  static constexpr int kOutShift = 24;
  static constexpr std::uint64_t kIdMask = (1u << kOutShift) - 1;
  static constexpr std::uint64_t kIdentified = std::uint64_t{1} << 63;
  static constexpr std::uint64_t kCloseIsSeen = std::uint64_t{1} << 62;
  std::uint64_t bits_ = 0;
};

// Zero-filled: nothing is known.
struct Descriptor {
  std::atomic<State> state;
  bool by_goroutine;
  std::uint32_t opened_by;
  StackId opened;
  std::atomic<std::uint64_t> streams;  // StreamPair
};

constinit Descriptor* descriptors = nullptr;
constinit std::atomic<int> limit{0};

bool Known(int fd) { return fd >= 0 && fd < kMaxDescriptors && !InRuntime(); }

Addr ObjectOf(int fd) {
  return AbstractAddress(SyncSpace::kDescriptor, static_cast<std::uint32_t>(fd));
}
Addr ReuseOf(int fd) {
  return AbstractAddress(SyncSpace::kDescriptorReuse, static_cast<std::uint32_t>(fd));
}

void Leave(StreamPair streams) {
  LeaveStream(streams.in());
  LeaveStream(streams.out());
}

StreamPair LoadStreams(int fd) {
  return StreamPair(descriptors[fd].streams.load(std::memory_order_acquire));
}

void SetStreams(int fd, StreamPair streams) {
  Leave(StreamPair(descriptors[fd].streams.exchange(streams.bits(), std::memory_order_acq_rel)));
}

// What is known of the descriptor's streams, asking the kernel if nothing is. May stay
// unidentified.
StreamPair StreamsOf(int fd) {
  const StreamPair known = LoadStreams(fd);
  if (known.identified()) return known;
  DescriptorStreams streams;
  if (!IdentifyStreams(fd, streams)) return known;
  const StreamPair found(streams);
  std::uint64_t none = 0;
  if (descriptors[fd].streams.compare_exchange_strong(none, found.bits())) return found;
  Leave(found);
  return StreamPair(none);
}

void RaiseLimit(int fd) {
  int seen = limit.load(std::memory_order_relaxed);
  while (fd >= seen && !limit.compare_exchange_weak(seen, fd + 1, std::memory_order_relaxed)) {
  }
}

// Waits a while for a close on its way: the kernel may have handed out the number again before the
// closing thread could tell.
State StateOutsideClose(int fd) {
  constexpr int kPatience = 1000;
  const std::atomic<State>& state = descriptors[fd].state;
  for (int i = 0; i < kPatience && state.load(std::memory_order_acquire) == State::kClosing; ++i) {
    sys::Yield();
  }
  return state.load(std::memory_order_acquire);
}

void NoteOpening(std::uintptr_t pc, int fd) {
  RuntimeScope scope;
  ThreadState& t = scope.thread();
  TheDetector().ResetMemory(t, ObjectOf(fd), kCellBytes);
  Descriptor& d = descriptors[fd];
  const auto& thread = *static_cast<const ThreadInfo*>(t.description);
  d.opened = CallerStack(t, pc);
  d.opened_by = thread.number;
  d.by_goroutine = thread.is_goroutine;
  d.state.store(State::kOpen, std::memory_order_release);
}

}  // namespace

void InitializeDescriptors() {
  descriptors = static_cast<Descriptor*>(
      ReserveAddressSpace(sizeof(Descriptor) * std::size_t{kMaxDescriptors}));
  InitializeStreams();
}

void DescriptorOpened(std::uintptr_t pc, int fd) {
  if (!Known(fd)) return;
  RaiseLimit(fd);
  AcquireAt(ReuseOf(fd));
  SetStreams(fd, StreamPair());
  NoteOpening(pc, fd);
}

void DescriptorOpenedWith(std::uintptr_t pc, int fd, const DescriptorStreams& streams) {
  if (!Known(fd)) return;
  DescriptorOpened(pc, fd);
  SetStreams(fd, StreamPair(streams));
}

void DescriptorDuplicated(std::uintptr_t pc, int original, int fd) {
  if (!Known(fd) || original == fd || original < 0 || original >= kMaxDescriptors) return;
  RaiseLimit(fd);
  AcquireAt(ReuseOf(fd));
  const StreamPair streams = StreamsOf(original);
  ShareStream(streams.in());
  ShareStream(streams.out());
  SetStreams(fd, streams);
  NoteOpening(pc, fd);
}

void UseDescriptor(std::uintptr_t pc, int fd) {
  if (!Known(fd)) return;
  // Open again without a call that we saw: another descriptor than the one that was closed.
  if (StateOutsideClose(fd) == State::kClosed && sys::Call(SYS_fcntl, fd, F_GETFD) >= 0) {
    DescriptorOpened(pc, fd);
  }
  CheckMemory(pc, AccessKind::kRead, reinterpret_cast<void*>(ObjectOf(fd)), kCellBytes,
              AccessFlavor::kClose);
}

void ReplaceDescriptor(std::uintptr_t pc, int fd) {
  if (!Known(fd)) return;
  const StreamPair streams = StreamsOf(fd);
  if (streams.close_is_seen()) SendInto(streams.out(), pc);
}

void DescriptorClosing(std::uintptr_t pc, int fd) {
  if (!Known(fd)) return;
  CheckMemory(pc, AccessKind::kWrite, reinterpret_cast<void*>(ObjectOf(fd)), kCellBytes,
              AccessFlavor::kClose);
  Descriptor& d = descriptors[fd];
  ReplaceDescriptor(pc, fd);
  ReleaseAt(ReuseOf(fd), pc);
  d.state.store(State::kClosing, std::memory_order_release);
  SetStreams(fd, StreamPair());
}

// Another thread may have been handed the number already.
void DescriptorClosed(int fd) {
  if (!Known(fd)) return;
  State expected = State::kClosing;
  descriptors[fd].state.compare_exchange_strong(expected, State::kClosed);
}

int DescriptorLimit() { return limit.load(std::memory_order_relaxed); }

void SendThrough(std::uintptr_t pc, int fd) {
  if (!Known(fd)) return;
  const StreamPair streams = StreamsOf(fd);
  if (streams.identified()) {
    SendInto(streams.out(), pc);
  } else if (const StreamKey peer = KeyOfSocket(fd, Endpoint::kPeer); peer != StreamKey{}) {
    SendInto(peer, pc);
  }
}

void ReceiveThrough(int fd) {
  if (!Known(fd)) return;
  const StreamPair streams = StreamsOf(fd);
  if (streams.identified()) {
    ReceiveFrom(streams.in());
  } else if (const StreamKey local = KeyOfSocket(fd, Endpoint::kLocal); local != StreamKey{}) {
    ReceiveFrom(local);
  }
}

StreamId OwnStream(int fd) {
  if (!Known(fd)) return {};
  return LoadStreams(fd).in();
}

bool FindDescriptor(Addr addr, DescriptorOrigin& origin) {
  const Addr first = ObjectOf(0);
  if (addr < first || addr >= ObjectOf(kMaxDescriptors)) return false;
  origin.fd = static_cast<int>((addr - first) / kCellBytes);
  const Descriptor& d = descriptors[origin.fd];
  origin.opened = d.opened;
  origin.opened_by = d.opened_by;
  origin.by_goroutine = d.by_goroutine;
  return true;
}

}  // namespace hbsan
