#include "runtime/streams.h"

#include "detector/memory.h"
#include "runtime/address_space.h"
#include "runtime/runtime.h"

namespace hbsan {
namespace {

constexpr std::uint32_t kCapacity = 1u << 24;
constexpr std::uint32_t kBuckets = 1u << 14;
constexpr std::uint32_t kMaxAbandoned = 1u << 15;
// AbstractAddress numbers beyond the streams': rendezvous objects.
constexpr std::uint32_t kRendezvousBase = 1u << 24;
constexpr int kRendezvousBits = 20;

struct Stream {
  StreamKey key;
  std::uint32_t users;
  std::uint32_t next;  // in the bucket
  std::uint32_t peer;
  // Neighbours in the list of streams that were written to and have no users, oldest first.
  std::uint32_t older, newer;
  bool has_key;
  bool connection_read;  // the reader of this connection has been here: nobody comes later
  std::atomic<bool> written;
};

// All fields under `lock`, taken inside the runtime only; `written` also without.
struct StreamTable {
  SpinLock lock;
  Stream* streams;
  std::uint32_t used;
  std::uint32_t free;  // linked by `next`
  std::uint32_t buckets[kBuckets];
  std::uint32_t oldest, newest, abandoned;

  std::uint32_t Allocate();
  std::uint32_t& BucketOf(StreamKey key) {
    return buckets[static_cast<std::uint64_t>(key) % kBuckets];
  }
  std::uint32_t Find(StreamKey key);
  void Abandon(std::uint32_t index);
  void Reclaim(std::uint32_t index);
  void End(std::uint32_t index);
};

constinit StreamTable table = {};

// 0 if there are too many.
std::uint32_t StreamTable::Allocate() {
  std::uint32_t index = free;
  if (index != 0) {
    free = streams[index].next;
  } else if (used + 1 < kCapacity) {
    index = ++used;
  } else {
    return 0;
  }
  Stream& s = streams[index];
  s.users = 1;
  s.next = s.peer = 0;
  s.has_key = s.connection_read = false;
  s.written.store(false, std::memory_order_relaxed);
  return index;
}

std::uint32_t StreamTable::Find(StreamKey key) {
  std::uint32_t index = BucketOf(key);
  while (index != 0 && streams[index].key != key) index = streams[index].next;
  return index;
}

void StreamTable::Abandon(std::uint32_t index) {
  Stream& s = streams[index];
  s.newer = 0;
  s.older = newest;
  (newest != 0 ? streams[newest].newer : oldest) = index;
  newest = index;
  ++abandoned;
}

void StreamTable::Reclaim(std::uint32_t index) {
  Stream& s = streams[index];
  (s.older != 0 ? streams[s.older].newer : oldest) = s.newer;
  (s.newer != 0 ? streams[s.newer].older : newest) = s.older;
  --abandoned;
}

void StreamTable::End(std::uint32_t index) {
  Stream& s = streams[index];
  if (s.has_key) {
    std::uint32_t* link = &BucketOf(s.key);
    while (*link != index) link = &streams[*link].next;
    *link = s.next;
  }
  if (s.peer != 0) streams[s.peer].peer = 0;
  s.next = free;
  free = index;
}

void Forget(StreamId stream) {
  RuntimeScope scope;
  TheDetector().DestroySync(scope.thread(), AddressOf(stream));
}

}  // namespace

void InitializeStreams() {
  table.streams =
      static_cast<Stream*>(ReserveAddressSpace(sizeof(Stream) * std::size_t{kCapacity}));
}

StreamId JoinStream(StreamKey key, StreamKind kind, bool writes) {
  RuntimeScope scope;
  SpinLockHolder hold(table.lock);
  std::uint32_t index = table.Find(key);
  if (index == 0) {
    index = table.Allocate();
    if (index == 0) return {};
    Stream& s = table.streams[index];
    s.key = key;
    s.has_key = true;
    s.next = table.BucketOf(key);
    table.BucketOf(key) = index;
  } else if (table.streams[index].users++ == 0) {
    table.Reclaim(index);
    // A new connection between the same addresses: what an earlier one carried is lost.
    if (kind == StreamKind::kConnection && writes) Forget({index});
  }
  if (kind == StreamKind::kConnection && !writes) table.streams[index].connection_read = true;
  return {index};
}

StreamId JoinExisting(StreamKey key) {
  RuntimeScope scope;
  SpinLockHolder hold(table.lock);
  const std::uint32_t index = table.Find(key);
  if (index != 0 && table.streams[index].users++ == 0) table.Reclaim(index);
  return {index};
}

StreamId NewStream() {
  RuntimeScope scope;
  SpinLockHolder hold(table.lock);
  return {table.Allocate()};
}

void ShareStream(StreamId stream) {
  if (stream.value == 0) return;
  RuntimeScope scope;
  SpinLockHolder hold(table.lock);
  ++table.streams[stream.value].users;
}

void LeaveStream(StreamId stream) {
  if (stream.value == 0) return;
  RuntimeScope scope;
  SpinLockHolder hold(table.lock);
  Stream& s = table.streams[stream.value];
  if (s.users == 0 || --s.users != 0) return;
  std::uint32_t ends = stream.value;
  if (s.has_key && !s.connection_read && s.written.load(std::memory_order_relaxed)) {
    table.Abandon(stream.value);
    if (table.abandoned <= kMaxAbandoned) return;
    ends = table.oldest;
    table.Reclaim(ends);
  }
  Forget({ends});
  table.End(ends);
}

void PairStreams(StreamId a, StreamId b) {
  if (a.value == 0 || b.value == 0) return;
  RuntimeScope scope;
  SpinLockHolder hold(table.lock);
  table.streams[a.value].peer = b.value;
  table.streams[b.value].peer = a.value;
}

StreamId PeerOf(StreamId stream) {
  if (stream.value == 0) return {};
  RuntimeScope scope;
  SpinLockHolder hold(table.lock);
  return {table.streams[stream.value].peer};
}

Addr AddressOf(StreamId stream) { return AbstractAddress(SyncSpace::kStream, stream.value); }

void SendInto(StreamId stream, std::uintptr_t pc) {
  if (stream.value == 0) return;
  table.streams[stream.value].written.store(true, std::memory_order_relaxed);
  ReleaseAt(AddressOf(stream), pc);
}

void ReceiveFrom(StreamId stream) {
  if (stream.value != 0) AcquireAt(AddressOf(stream));
}

void SendInto(StreamKey key, std::uintptr_t pc) {
  const StreamId stream = JoinStream(key, StreamKind::kLasting, true);
  SendInto(stream, pc);
  LeaveStream(stream);
}

void ReceiveFrom(StreamKey key) {
  const StreamId stream = JoinExisting(key);
  ReceiveFrom(stream);
  LeaveStream(stream);
}

Addr RendezvousAddress(StreamKey key) {
  const auto hash = static_cast<std::uint64_t>(key) * 0x9e3779b97f4a7c15u;
  return AbstractAddress(SyncSpace::kStream, kRendezvousBase + static_cast<std::uint32_t>(
                                                                   hash >> (64 - kRendezvousBits)));
}

}  // namespace hbsan
