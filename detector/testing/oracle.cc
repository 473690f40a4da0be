#include "detector/testing/oracle.h"

#include <algorithm>
#include <utility>

namespace hbsan::testing {
namespace {

bool Conflict(const AccessEvent& a, const AccessEvent& b) {
  const bool a_write = a.kind == AccessKind::kWrite;
  const bool b_write = b.kind == AccessKind::kWrite;
  const bool both_atomic = a.flavor == AccessFlavor::kAtomic && b.flavor == AccessFlavor::kAtomic;
  return a.thread != b.thread && (a_write || b_write) && !both_atomic;
}

// The elements of `map` with keys in [addr, addr+size).
template <typename Map>
auto Range(Map& map, Addr addr, std::size_t size) {
  return std::pair(map.lower_bound(addr), map.lower_bound(addr + size));
}

template <typename Map>
void MoveKeys(Map& map, Addr from, Addr to, std::size_t size) {
  auto [old_first, old_last] = Range(map, to, size);
  map.erase(old_first, old_last);
  const auto [first, last] = Range(map, from, size);
  Map moved;
  for (auto it = first; it != last; ++it) moved[it->first - from + to] = std::move(it->second);
  map.erase(first, last);
  map.merge(moved);
}

}  // namespace

void Times::Set(int thread, std::uint64_t time) {
  if (times_.size() <= static_cast<std::size_t>(thread)) times_.resize(thread + 1);
  times_[thread] = time;
}

void Times::Join(const Times& other) {
  times_.resize(std::max(times_.size(), other.times_.size()));
  for (std::size_t i = 0; i < other.times_.size(); ++i) {
    times_[i] = std::max(times_[i], other.times_[i]);
  }
}

Times& Oracle::Step(int thread) {
  Times& known = threads_[thread].known;
  known.Set(thread, known.of(thread) + 1);
  return known;
}

int Oracle::Start(int parent) {
  Thread child;
  if (parent != kNoThread) child.known = Step(parent);
  threads_.push_back(std::move(child));
  return static_cast<int>(threads_.size()) - 1;
}

void Oracle::Acquire(int thread, Sync sync) { Step(thread).Join(syncs_[sync]); }

void Oracle::Release(int thread, Sync sync) { syncs_[sync].Join(Step(thread)); }

void Oracle::ReleaseStore(int thread, Sync sync) { syncs_[sync] = Step(thread); }

void Oracle::ReleaseAcquire(int thread, Sync sync) {
  Times& known = Step(thread);
  const Times before = std::exchange(syncs_[sync], known);
  known.Join(before);
}

void Oracle::Rendezvous(int a, int b) {
  Times both = Step(a);
  both.Join(Step(b));
  threads_[a].known = both;
  threads_[b].known = both;
}

void Oracle::Load(int thread, Sync variable, Order order) {
  Times& known = Step(thread);
  const Times& read = syncs_[variable];
  if (Acquires(order)) known.Join(read);
  threads_[thread].acquire_pending.Join(read);
}

void Oracle::Store(int thread, Sync variable, Order order) {
  const Times& known = Step(thread);
  syncs_[variable] = Releases(order) ? known : threads_[thread].released;
}

void Oracle::UpdateWrites(int thread, Sync variable, Order order) {
  const Times& known = Step(thread);
  syncs_[variable].Join(Releases(order) ? known : threads_[thread].released);
}

void Oracle::Fence(int thread, Order order) {
  Times& known = Step(thread);
  Thread& t = threads_[thread];
  if (Acquires(order)) known.Join(t.acquire_pending);
  if (Releases(order)) t.released = known;
}

const ByteHistory& Oracle::History(Addr byte) const {
  static const ByteHistory none;
  const auto found = bytes_.find(byte);
  return found == bytes_.end() ? none : found->second;
}

std::vector<const AccessEvent*> Oracle::Races(const AccessEvent& access, Addr byte) const {
  std::vector<const AccessEvent*> races;
  const Times& known = threads_[access.thread].known;
  for (const auto& event : History(byte).events) {
    const bool ordered = known.of(event->thread) >= event->time;
    if (!ordered && Conflict(*event, access)) races.push_back(event.get());
  }
  return races;
}

void Oracle::Record(const AccessEvent& access, Addr addr) {
  auto event = std::make_shared<AccessEvent>(access);
  event->time = Step(access.thread).of(access.thread);
  for (Addr byte = addr; byte < addr + access.size; ++byte) {
    const bool races = !Races(access, byte).empty();
    ByteHistory& history = bytes_[byte];
    history.raced |= races;
    history.events.push_back(event);
  }
}

void Oracle::ResetMemory(Addr addr, std::size_t size) {
  const auto [first, last] = Range(bytes_, addr, size);
  bytes_.erase(first, last);
  const auto [first_sync, last_sync] = Range(syncs_, addr, size);
  syncs_.erase(first_sync, last_sync);
}

void Oracle::MoveMemory(Addr from, Addr to, std::size_t size) {
  MoveKeys(bytes_, from, to, size);
  MoveKeys(syncs_, from, to, size);
}

}  // namespace hbsan::testing
