// Locks that a thread releases and has again before anybody else: see Detector::AcquireLock.
//
// Let t release a lock at the end of its epoch e, and acquire it in the same turn. Only what it
// released says e, as Publish sees to, and whoever acquires that does so in a later turn, after t's
// next release of the lock, which says e + 1. So no clock but t's will ever tell e from e + 1, and
// an access of t's at e races with the same ones as the same access at e + 1 does: what is recorded
// at e stands for both. Between the two calls that is not known: somebody may come first, and
// learn e alone.
//
// A lock that t holds is released by t, or by somebody who is ordered after its acquisition by t.
// Where that is not so (the release might have come first, and been a fatal error), what t did
// while it held the lock is not told from what it did before.
//
// A number alone does not say that it is the same lock, which may have gone, with another one in
// its place. An exclusive lock's clock does: it says of whom the last release was.
#include "detector/detector.h"

namespace hbsan {
namespace {

bool IsLastPublished(const ThreadState& t, Epoch released) {
  return released == Epoch{t.tid, {t.clock.value - 1}};
}

}  // namespace

void Detector::GoOnWithEpoch(ThreadState& t, LockTurn turn) {
  // Ids of another chunk would not be in one range with those to come.
  const bool in_reach = t.unseen_first - t.chunk_begin < t.cursor - t.chunk_begin;
  if (turn.number == 0 || t.unseen != turn || !in_reach) return;
  t.unseen = {};
  t.epoch_first = t.unseen_first;
  t.accessed = true;  // perhaps, and then the next release must say more than e
  Refresh(t);
}

template <typename Release>
void Detector::NoteUnseen(ThreadState& t, LockTurn turn, Release release) {
  const Clock clock = t.clock;
  const std::uint32_t first = t.epoch_first;
  release();
  if (t.clock == clock) return;
  t.unseen = turn;
  t.unseen_first = first;
}

void Detector::AcquireLock(ThreadState& t, const EmbeddedClock& l, LockTurn turn) {
  Acquire(t, l);
  if (IsLastPublished(t, l.released)) GoOnWithEpoch(t, turn);
}

void Detector::AcquireShared(ThreadState& t, const EmbeddedClock& l, LockTurn turn) {
  Acquire(t, l);
  GoOnWithEpoch(t, turn);
}

void Detector::ReleaseLock(ThreadState& t, EmbeddedClock& l, LockTurn turn, std::uintptr_t pc) {
  NoteUnseen(t, turn, [&] { Release(t, l, turn.lock, pc); });
}

void Detector::AcquireLock(ThreadState& t, SyncObject& s, LockTurn turn) {
  SpinLockHolder hold(s.lock);
  AcquireLocked(t, s);
  if (IsLastPublished(t, s.released)) GoOnWithEpoch(t, turn);
}

void Detector::AcquireShared(ThreadState& t, SyncObject& s, LockTurn turn) {
  Acquire(t, s);
  GoOnWithEpoch(t, turn);
}

void Detector::ReleaseLock(ThreadState& t, SyncObject& s, LockTurn turn, std::uintptr_t pc) {
  NoteUnseen(t, turn, [&] { Release(t, s, pc); });
}

}  // namespace hbsan
