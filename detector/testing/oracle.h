// The reference model of the engine: the contract of happens-before, written so that it can be
// checked by reading.
//
// It keeps every access of every byte for ever and the full vector clock of every thread and sync
// object, in vectors and maps. Each operation of a thread is an event of its own, (thread, time);
// an event happens before a thread's present iff the thread's clock has reached its time. Nothing
// is shared, cached, merged or skipped.
#ifndef HBSAN_DETECTOR_TESTING_ORACLE_H_
#define HBSAN_DETECTOR_TESTING_ORACLE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "detector/types.h"

namespace hbsan::testing {

// A vector clock: the time of each thread's last event that is ordered before.
class Times {
 public:
  std::uint64_t of(int thread) const {
    return static_cast<std::size_t>(thread) < times_.size() ? times_[thread] : 0;
  }
  void Set(int thread, std::uint64_t time);
  void Join(const Times& other);

 private:
  std::vector<std::uint64_t> times_;
};

// A memory access of the program, with what a report has to say about it.
struct AccessEvent {
  int thread = 0;          // of the oracle; never reused
  std::uint64_t time = 0;  // the oracle's
  AccessKind kind = AccessKind::kRead;
  AccessFlavor flavor = AccessFlavor::kPlain;
  std::size_t size = 0;
  Epoch epoch;                        // what the engine calls the time
  std::vector<std::uintptr_t> stack;  // innermost first, from the access's own pc
  std::set<Addr> locks;               // held
};

struct ByteHistory {
  std::vector<std::shared_ptr<const AccessEvent>> events;
  bool raced = false;  // its first race has been; later ones are nobody's business
};

enum class Order { kRelaxed, kAcquire, kRelease, kAcqRel };
inline bool Acquires(Order order) { return order == Order::kAcquire || order == Order::kAcqRel; }
inline bool Releases(Order order) { return order == Order::kRelease || order == Order::kAcqRel; }

class Oracle {
 public:
  // A sync object: an address of the program's memory or any other number.
  using Sync = std::uint64_t;
  static constexpr int kNoThread = -1;

  int Start(int parent);

  // The clock rules of the memory model.
  void Acquire(int thread, Sync sync);
  void Release(int thread, Sync sync);
  void ReleaseStore(int thread, Sync sync);
  void ReleaseAcquire(int thread, Sync sync);
  void Rendezvous(int a, int b);  // both leave with the join of both
  void Destroy(Sync sync) { syncs_.erase(sync); }

  // Atomic operations on one variable, each reading the latest value; [atomics.order],
  // [atomics.fences].
  void Load(int thread, Sync variable, Order order);
  void Store(int thread, Sync variable, Order order);
  // The two halves of a read-modify-write operation, which continues a release sequence.
  void UpdateReads(int thread, Sync variable, Order order) { Load(thread, variable, order); }
  void UpdateWrites(int thread, Sync variable, Order order);
  void Fence(int thread, Order order);

  // The events in the byte's history that race with `access`, now made by its thread.
  std::vector<const AccessEvent*> Races(const AccessEvent& access, Addr byte) const;
  const ByteHistory& History(Addr byte) const;
  // Appends to the histories of [addr, addr + access.size); marks the bytes that race.
  void Record(const AccessEvent& access, Addr addr);

  void ResetMemory(Addr addr, std::size_t size);
  void MoveMemory(Addr from, Addr to, std::size_t size);

 private:
  struct Thread {
    Times known;            // C
    Times released;         // C at the last release fence
    Times acquire_pending;  // what relaxed loads have read
  };
  // C of the thread in a new event of its own.
  Times& Step(int thread);

  std::vector<Thread> threads_;
  std::map<Sync, Times> syncs_;
  std::map<Addr, ByteHistory> bytes_;
};

}  // namespace hbsan::testing

#endif  // HBSAN_DETECTOR_TESTING_ORACLE_H_
