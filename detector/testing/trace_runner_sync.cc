// TraceRunner's operations that order threads.
#include <utility>

#include "detector/testing/trace_runner.h"

namespace hbsan::testing {
namespace {

// The rwlock at an address has a clock of its readers' unlocks besides the one of its writers'.
Addr ReadersOf(Addr mutex) { return InRole(mutex, SyncRole::kMutexReaders); }

int CapacityOf(int channel) { return channel % 3 + 1; }

}  // namespace

bool TraceRunner::RunSyncOp(const Op& op, Thread& t) {
  const Oracle::Sync sync = op.addr != 0               ? op.addr
                            : op.kind == OpKind::kJoin ? EndNumber(op.object)
                                                       : ObjectNumber(op.object);
  switch (op.kind) {
    case OpKind::kJoin:
      if (!objects_.contains(sync)) return true;
      [[fallthrough]];
    case OpKind::kAcquire:
      detector().Acquire(*t.thread->state, ObjectOf(sync, t));
      oracle_->Acquire(t.oracle, sync);
      return true;
    case OpKind::kRelease:
      detector().Release(*t.thread->state, ObjectOf(sync, t), op.pc);
      oracle_->Release(t.oracle, sync);
      return true;
    case OpKind::kReleaseStore:
      detector().ReleaseStore(*t.thread->state, ObjectOf(sync, t), op.pc);
      oracle_->ReleaseStore(t.oracle, sync);
      return true;
    case OpKind::kReleaseAcquire:
      ReleaseAcquire(t, sync);
      return true;
    case OpKind::kDestroy:
      if (op.addr == 0) {
        DeleteObject(sync, t);
        oracle_->Destroy(sync);
        return true;
      }
      for (const Addr clock : {op.addr, ReadersOf(op.addr)}) {
        detector().DestroySync(*t.thread->state, clock);
        oracle_->Destroy(clock);
      }
      return true;
    case OpKind::kRendezvous:
      if (op.other != op.thread && Runs(op.other)) Meet(t, threads_[op.other]);
      return true;
    default:
      return false;
  }
}

bool TraceRunner::RunFence(const Op& op, Thread& t) {
  if (op.kind != OpKind::kFence || op.order == Order::kRelaxed) return false;
  if (Acquires(op.order)) detector().FenceAcquire(*t.thread->state);
  if (Releases(op.order)) detector().FenceRelease(*t.thread->state, op.pc);
  oracle_->Fence(t.oracle, op.order);
  return true;
}

void TraceRunner::ReleaseAcquire(Thread& t, Oracle::Sync sync) {
  detector().ReleaseAcquire(*t.thread->state, ObjectOf(sync, t), 0);
  oracle_->ReleaseAcquire(t.oracle, sync);
}

// An unbuffered channel's send and receive, made of the engine's rules: the first who comes leaves
// its clock, the second exchanges it for its own, which the first takes along when it is woken.
void TraceRunner::Meet(Thread& a, Thread& b) {
  SyncObject& meeting = detector().NewSync();
  detector().ReleaseStore(*a.thread->state, meeting, 0);
  detector().ReleaseAcquire(*b.thread->state, meeting, 0);
  detector().Acquire(*a.thread->state, meeting);
  detector().DeleteSync(*a.thread->state, meeting);
  oracle_->Rendezvous(a.oracle, b.oracle);
}

bool TraceRunner::RunLockOp(const Op& op, Thread& t) {
  if (op.kind < OpKind::kLock || op.kind > OpKind::kReadUnlock) return false;
  Mutex& mutex = mutexes_[op.addr];
  const Addr readers_clock = ReadersOf(op.addr);
  switch (op.kind) {
    case OpKind::kLock:
      if (!mutex.writers.empty() || !mutex.readers.empty()) return true;
      mutex.writers.insert(op.thread);
      AcquireAt(t, readers_clock);
      AcquireAt(t, op.addr);
      HoldMutex(op, t, /*shared=*/false);
      return true;
    case OpKind::kReadLock:
      if (!mutex.writers.empty() || !mutex.readers.insert(op.thread).second) return true;
      AcquireAt(t, op.addr);
      HoldMutex(op, t, /*shared=*/true);
      return true;
    case OpKind::kUnlock:
      if (mutex.writers.erase(op.thread) != 0) Unlock(op, t, op.addr);
      return true;
    default:
      if (mutex.readers.erase(op.thread) != 0) Unlock(op, t, readers_clock);
      return true;
  }
}

void TraceRunner::AcquireAt(Thread& t, Addr sync) {
  detector().Acquire(*t.thread->state, ObjectOf(sync, t));
  oracle_->Acquire(t.oracle, sync);
}

void TraceRunner::HoldMutex(const Op& op, Thread& t, bool shared) {
  const StackId stack = detector().CurrentStack(*t.thread->state, op.pc);
  detector().MutexLocked(*t.thread->state, op.addr, stack, shared);
  Detector::OwnsMutex(*t.thread->state, op.addr, shared);
  t.locks.insert(op.addr);
}

void TraceRunner::Unlock(const Op& op, Thread& t, Addr clock) {
  detector().Release(*t.thread->state, ObjectOf(clock, t), op.pc);
  oracle_->Release(t.oracle, clock);
  detector().MutexUnlocked(*t.thread->state, op.addr);
  t.locks.erase(op.addr);
}

void TraceRunner::UnlockAll(int slot) {
  const std::set<Addr> held = threads_[slot].locks;
  for (const Addr addr : held) {
    const bool writes = mutexes_[addr].writers.contains(slot);
    RunLockOp(
        {.kind = writes ? OpKind::kUnlock : OpKind::kReadUnlock, .thread = slot, .addr = addr},
        threads_[slot]);
  }
}

// As the hooks of atomic operations do: what the operation acquires is ordered before its access of
// the variable, and its access before what it releases.
std::optional<std::string> TraceRunner::RunAtomic(const Op& op, Thread& t) {
  Op access = op;
  access.kind = OpKind::kAccess;
  access.flavor = AccessFlavor::kAtomic;
  access.access = op.kind == OpKind::kLoad ? AccessKind::kRead : AccessKind::kWrite;
  const bool store = op.kind == OpKind::kStore;
  if (!store) AtomicRead(op, t);
  if (op.kind == OpKind::kLoad) oracle_->Load(t.oracle, op.addr, op.order);
  if (op.kind == OpKind::kUpdate) oracle_->UpdateReads(t.oracle, op.addr, op.order);
  const auto wrong = RunAccess(access, t);
  if (op.kind == OpKind::kLoad) return wrong;
  AtomicWrite(op, t);
  if (store) {
    oracle_->Store(t.oracle, op.addr, op.order);
  } else {
    oracle_->UpdateWrites(t.oracle, op.addr, op.order);
  }
  return wrong;
}

void TraceRunner::AtomicRead(const Op& op, Thread& t) {
  SyncObject& variable = detector().SyncAt(*t.thread->state, op.addr);
  SpinLockHolder hold(variable.lock);
  if (Acquires(op.order)) {
    detector().AcquireLocked(*t.thread->state, variable);
  } else {
    detector().RelaxedLoadLocked(*t.thread->state, variable);
  }
}

void TraceRunner::AtomicWrite(const Op& op, Thread& t) {
  SyncObject& variable = detector().SyncAt(*t.thread->state, op.addr);
  SpinLockHolder hold(variable.lock);
  const bool update = op.kind == OpKind::kUpdate;
  if (Releases(op.order)) {
    update ? detector().ReleaseLocked(*t.thread->state, variable, op.pc)
           : detector().ReleaseStoreLocked(*t.thread->state, variable, op.pc);
  } else {
    update ? detector().RelaxedUpdateLocked(*t.thread->state, variable)
           : detector().RelaxedStoreLocked(*t.thread->state, variable);
  }
}

std::optional<std::string> TraceRunner::RunChannel(const Op& op, Thread& t) {
  Channel& channel = channels_[op.object];
  const int capacity = CapacityOf(op.object);
  // Send unordered with close is a race on the channel itself.
  Op access = op;
  access.kind = OpKind::kAccess;
  access.flavor = AccessFlavor::kClose;
  access.access = op.kind == OpKind::kClose ? AccessKind::kWrite : AccessKind::kRead;
  switch (op.kind) {
    case OpKind::kSend: {
      if (channel.closed || channel.sent - channel.received == capacity) return std::nullopt;
      const auto wrong = RunAccess(access, t);
      ReleaseAcquire(t, SlotNumber(op.object, channel.sent++ % capacity));
      return wrong;
    }
    case OpKind::kReceive:
      if (channel.received < channel.sent) {
        ReleaseAcquire(t, SlotNumber(op.object, channel.received++ % capacity));
      } else if (channel.closed) {
        detector().Acquire(*t.thread->state, NumberedObject(CloseNumber(op.object)));
        oracle_->Acquire(t.oracle, CloseNumber(op.object));
      }
      return std::nullopt;
    default: {
      if (std::exchange(channel.closed, true)) return std::nullopt;
      const auto wrong = RunAccess(access, t);
      detector().Release(*t.thread->state, NumberedObject(CloseNumber(op.object)), op.pc);
      oracle_->Release(t.oracle, CloseNumber(op.object));
      return wrong;
    }
  }
}

SyncObject& TraceRunner::ObjectOf(Oracle::Sync sync, Thread& t) {
  return sync >= kMemory ? detector().SyncAt(*t.thread->state, sync) : NumberedObject(sync);
}

SyncObject& TraceRunner::NumberedObject(Oracle::Sync number) {
  SyncObject*& object = objects_[number];
  if (object == nullptr) object = &detector().NewSync();
  return *object;
}

void TraceRunner::DeleteObject(Oracle::Sync number, Thread& t) {
  const auto found = objects_.find(number);
  if (found == objects_.end()) return;
  detector().DeleteSync(*t.thread->state, *found->second);
  objects_.erase(found);
  oracle_->Destroy(number);
}

}  // namespace hbsan::testing
