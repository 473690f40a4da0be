#include "detector/testing/trace_runner.h"

#include <algorithm>
#include <bit>
#include <cstdio>

namespace hbsan::testing {
namespace {

const char* Name(AccessKind kind) { return kind == AccessKind::kWrite ? "write" : "read"; }

}  // namespace

TraceRunner::TraceRunner()
    : engine_(new TestEngine()),
      reclaim_(new SteppedReclaim(*engine_)),
      oracle_(new Oracle()),
      threads_(kSlots) {
  StartThread(0, nullptr);
}

TraceRunner::~TraceRunner() { EndTrace(); }

std::optional<std::string> TraceRunner::Run(const Op& op) {
  if (op.kind == OpKind::kEndTrace) {
    EndTrace();
    return std::nullopt;
  }
  Thread& t = threads_[op.thread];
  if (IsBusyReclaiming(op)) return std::nullopt;
  if (t.thread == nullptr || t.suspended != (op.kind == OpKind::kResume)) return std::nullopt;
  if (op.kind == OpKind::kAccess) return RunAccess(op, t);
  if (op.kind >= OpKind::kLoad && op.kind <= OpKind::kUpdate) return RunAtomic(op, t);
  if (op.kind >= OpKind::kSend && op.kind <= OpKind::kClose) return RunChannel(op, t);
  RunThreadOp(op, t) || RunSyncOp(op, t) || RunFence(op, t) || RunLockOp(op, t) ||
      RunMemoryOp(op, t);
  return std::nullopt;
}

// A thread that reclaims does nothing else until that is done.
bool TraceRunner::IsBusyReclaiming(const Op& op) const {
  if (!reclaim_->under_way() || op.kind == OpKind::kReclaimStep) return false;
  return op.thread == reclaimer_ || (op.kind == OpKind::kRendezvous && op.other == reclaimer_);
}

bool TraceRunner::RunThreadOp(const Op& op, Thread& t) {
  switch (op.kind) {
    case OpKind::kStart:
      StartThread(op.other, &t);
      return true;
    case OpKind::kStartUnordered:
      StartThread(op.other, nullptr);
      return true;
    case OpKind::kFinish:
      if (op.thread == 0) return true;
      UnlockAll(op.thread);
      DeleteObject(EndNumber(op.object), t);
      oracle_->Release(t.oracle, EndNumber(op.object));
      EndThread(op.thread, &NumberedObject(EndNumber(op.object)));
      return true;
    case OpKind::kDetach:
      if (op.thread == 0) return true;
      UnlockAll(op.thread);
      EndThread(op.thread, nullptr);
      return true;
    case OpKind::kSuspend:
      detector().Suspend(*t.thread->state);
      idle_.push_back(std::move(t.thread->hot));
      t.suspended = true;
      return true;
    case OpKind::kResume:
      t.thread->hot = std::move(idle_.front());
      idle_.pop_front();
      detector().Resume(*t.thread->state, *t.thread->hot, op.other % kReadPlanes);
      t.suspended = false;
      return true;
    case OpKind::kCall:
      if (t.thread->depth() < TestThread::kMaxFrames) t.thread->Call(op.pc);
      return true;
    case OpKind::kReturn:
      if (t.thread->depth() > 0) t.thread->Return();
      return true;
    default:
      return false;
  }
}

bool TraceRunner::RunMemoryOp(const Op& op, Thread& t) {
  switch (op.kind) {
    case OpKind::kReset:
      detector().ResetMemory(*t.thread->state, op.addr, op.size);
      oracle_->ResetMemory(op.addr, op.size);
      return true;
    case OpKind::kMove:
      detector().MoveMemory(*t.thread->state, op.addr, op.to, op.size);
      oracle_->MoveMemory(op.addr, op.to, op.size);
      return true;
    case OpKind::kReclaim:
      reclaim_->Finish();
      if (op.object != 0) detector().NoteCommonKnowledge();
      detector().Reclaim(nullptr, op.other == 0);
      return true;
    case OpKind::kReclaimStep:
      if (!reclaim_->under_way()) {
        if (op.object != 0) detector().NoteCommonKnowledge();
        reclaimer_ = op.thread;
      }
      reclaim_->Step(op.other == 0);
      return true;
    case OpKind::kTune:
      detector().Tune({.list_credit = static_cast<std::uint32_t>(op.object),
                       .turn_credit = static_cast<std::uint32_t>(op.other),
                       .always_moves = op.size != 0});
      return true;
    default:
      return false;
  }
}

void TraceRunner::StartThread(int slot, Thread* parent) {
  Thread& child = threads_[slot];
  if (child.thread != nullptr) return;
  child.thread = engine_->Start(parent != nullptr ? parent->thread.get() : nullptr, slot);
  child.oracle = oracle_->Start(parent != nullptr ? parent->oracle : Oracle::kNoThread);
  descriptions_[child.oracle] = child.thread->description;
}

void TraceRunner::EndThread(int slot, SyncObject* end) {
  Thread& t = threads_[slot];
  engine_->Finish(std::move(t.thread), end);
  t = {};
}

// Everything is ordered before the main thread's present afterwards, and no access and no object is
// left: for the oracle, a new world in which the main thread is the first one.
void TraceRunner::EndTrace() {
  Thread& main = threads_[0];
  TestThread& m = *main.thread;
  reclaim_->Finish();
  if (main.suspended) Run({.kind = OpKind::kResume});
  for (int slot = 1; slot < kSlots; ++slot) {
    if (threads_[slot].thread == nullptr) continue;
    Run({.kind = OpKind::kResume, .thread = slot});
    Run({.kind = OpKind::kFinish, .thread = slot});
    Run({.kind = OpKind::kJoin});
  }
  for (const Addr mutex : main.locks) detector().MutexUnlocked(*m.state, mutex);
  for (const auto& [number, object] : objects_) detector().DeleteSync(*m.state, *object);
  detector().ResetMemory(*m.state, kMemory, kMemoryBytes);
  objects_.clear();
  mutexes_.clear();
  channels_.clear();
  main.locks.clear();
  while (m.depth() > 0) m.Return();
  oracle_ = std::make_unique<Oracle>();
  main.oracle = oracle_->Start(Oracle::kNoThread);
  descriptions_ = {{main.oracle, m.description}};
  sizes_.clear();
}

AccessEvent TraceRunner::EventOf(const Op& access, const Thread& t) const {
  AccessEvent event;
  event.thread = t.oracle;
  event.kind = access.access;
  event.flavor = access.flavor;
  event.size = access.size;
  event.epoch = Epoch(t.thread->state->tid, t.thread->state->clock);
  event.stack.push_back(access.pc);
  for (const Frame* frame = t.thread->hot->stack_top; frame != t.thread->frames.data();) {
    event.stack.push_back((--frame)->return_address);
  }
  event.locks = t.locks;
  return event;
}

bool TraceRunner::WouldRace(const Op& access) const {
  if (!Runs(access.thread)) return false;
  const AccessEvent event = EventOf(access, threads_[access.thread]);
  for (Addr byte = access.addr; byte < access.addr + access.size; ++byte) {
    if (!oracle_->Races(event, byte).empty()) return true;
  }
  return false;
}

bool TraceRunner::AnyRaced(Addr addr, std::size_t size) const {
  for (Addr byte = addr; byte < addr + size; ++byte) {
    if (oracle_->History(byte).raced) return true;
  }
  return false;
}

std::optional<std::string> TraceRunner::RunAccess(const Op& op, Thread& t) {
  const AccessEvent event = EventOf(op, t);
  const AccessEvent* missed = nullptr;
  for (Addr byte = op.addr; byte < op.addr + op.size && missed == nullptr; ++byte) {
    const auto races = oracle_->Races(event, byte);
    if (!races.empty() && !oracle_->History(byte).raced) missed = races.front();
  }
  const Site site{.pc = op.pc, .kind = op.access, .flavor = op.flavor};
  std::optional<std::string> wrong;
  const bool inlined = op.flavor == AccessFlavor::kPlain && op.pc % 2 == 1;
  std::optional<Race> race;
  if (!inlined || !TestEngine::HitsInline(*t.thread, op.access, op.addr, op.size)) {
    race = engine_->Access(*t.thread, site, op.addr, op.size);
  }
  if (race) {
    wrong = CheckReport(*race, op, event);
    ++races_;
  } else if (missed != nullptr) {
    wrong = "missed a race with " + Describe(*missed);
  }
  oracle_->Record(event, op.addr);
  sizes_[{event.epoch.bits(), event.stack}].insert(op.size);
  if (wrong) *wrong += "\n  at " + ToString(op);
  return wrong;
}

bool TraceRunner::SameAccess(const Access& reported, const AccessEvent& event) const {
  std::set<Addr> locks;
  int count = 0;
  const HeldLock* held = engine_->detector().lock_sets().Get(reported.locks, count);
  for (int i = 0; i < count; ++i) locks.insert(held[i].mutex);
  return reported.kind == event.kind && reported.flavor == event.flavor &&
         reported.epoch == event.epoch && reported.thread == descriptions_.at(event.thread) &&
         locks == event.locks && engine_->Unwind(reported.stack) == event.stack;
}

// What the engine says of an earlier access: its size, if that is the size of an object; else, and
// perhaps of several at one place that differ in size, which bytes of a cell they were in a row.
bool TraceRunner::SamePrevious(const Access& reported, const AccessEvent& event) const {
  if (!SameAccess(reported, event)) return false;
  const bool object = std::has_single_bit(event.size) && event.size <= 16;
  if (object && reported.size == event.size) return true;
  const bool one_size = sizes_.at({event.epoch.bits(), event.stack}).size() == 1;
  return !(object && one_size) && reported.addr % kCellBytes + reported.size <= kCellBytes;
}

std::optional<std::string> TraceRunner::CheckReport(const Race& race, const Op& op,
                                                    const AccessEvent& event) const {
  const Access& now = race.current;
  if (!SameAccess(now, event) || now.addr != op.addr || now.size != op.size) {
    return "reported a wrong current access: " + Describe(now);
  }
  const Access& then = race.previous;
  bool accessed = false;
  for (Addr byte = then.addr; byte < then.addr + then.size; ++byte) {  // the first may be reset
    for (const auto& earlier : oracle_->History(byte).events) {
      accessed |= SamePrevious(then, *earlier);
    }
  }
  const Addr cell = then.addr - then.addr % kCellBytes;
  bool races = false;
  for (Addr byte = std::max(cell, op.addr); byte < std::min(cell + kCellBytes, op.addr + op.size);
       ++byte) {
    for (const AccessEvent* earlier : oracle_->Races(event, byte)) {
      races |= SamePrevious(then, *earlier);
    }
  }
  if (accessed && races) return std::nullopt;
  return "reported a race with what does not race: " + Describe(then);
}

std::string TraceRunner::Describe(const AccessEvent& event) const {
  std::string text = "thread " + std::to_string(event.thread) + "'s " + Name(event.kind);
  text += ", flavor " + std::to_string(static_cast<int>(event.flavor)) + ", stack";
  for (const std::uintptr_t pc : event.stack) text += " " + std::to_string(pc);
  return text;
}

std::string TraceRunner::Describe(const Access& access) const {
  AccessEvent event;
  event.thread = -1;
  for (const auto& [thread, description] : descriptions_) {
    if (description == access.thread) event.thread = thread;
  }
  event.kind = access.kind;
  event.flavor = access.flavor;
  event.stack = engine_->Unwind(access.stack);
  char extent[80];
  std::snprintf(extent, sizeof(extent), " of [%#zx, +%zu), epoch %llu@%u",
                static_cast<std::size_t>(access.addr - kMemory), access.size,
                static_cast<unsigned long long>(access.epoch.clock().value),
                access.epoch.tid().value);
  return Describe(event) + extent;
}

}  // namespace hbsan::testing
