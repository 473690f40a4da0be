#include "detector/testing/trace_generator.h"

#include <algorithm>

namespace hbsan::testing {
namespace {

// Two stretches of memory that accesses fall into; the first has a page's end in its middle.
constexpr int kStretchBytes = 256;
constexpr Addr kStretches[] = {kPageEnd - kStretchBytes / 2, kMemory + 0x400};
constexpr Addr kMutexes = kMemory + 0x3800;
constexpr Addr kChannelAddresses = kMemory + 0x3c00;

}  // namespace

std::uint64_t Random::Next() {
  std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

TraceGenerator::TraceGenerator(std::uint64_t seed) : random_(seed) {
  constexpr std::array<int, kCategories> kUsual = {60, 6, 16, 10, 16, 4, 8, 6, 3, 2, 0};
  std::transform(kUsual.begin(), kUsual.end(), weights_.begin(),
                 [this](int usual) { return usual * random_.OneOf({0, 1, 1, 3}); });
  weights_[kAccesses] = kUsual[kAccesses] * random_.OneOf({1, 1, 3});
  weights_[kReclaims] = random_.Chance(1, 20) ? 3 : 0;
  threads_ = random_.OneOf({2, 2, 3, 3, 4, 4, 5, 6, 8, 8, 12});
  length_ = random_.OneOf({20, 40, 60, 80, 120, 160});
  if (random_.Chance(1, 100)) {
    threads_ = random_.OneOf({20, 64, 64, 100, 200});
    length_ = 1000 + random_.Below(2000);
  }
  if (random_.Chance(1, 100)) {
    // Records' chunks are used up, reclaimed and taken again and again.
    length_ = 1000;
    weights_[kReclaims] = 5;
    weights_[kRules] = 30;
  }
  window_ = random_.OneOf({1, 4, 8, 8, 8, 16, 16, 32, 64});
  pcs_ = random_.OneOf({1, 2, 5, 20, 1000});
  objects_ = random_.OneOf({1, 2, 2, 4, 8});
  avoided_ = random_.OneOf({0, 5, 9, 10, 10});
  unaligned_ = random_.OneOf({0, 2, 10});
  fork_early_ = random_.Chance(3, 4);
  starts_ordered_ = random_.Chance(1, 2);
  reset_raced_ = random_.Chance(1, 2);
  due_.push_back({.kind = OpKind::kTune,
                  .other = random_.OneOf({0, 0, 4, 1000}),
                  .object = random_.OneOf({0, 0, 4, 1000}),
                  .size = random_.Chance(1, 2) ? 1u : 0u});
}

std::optional<std::string> TraceGenerator::Run(TraceRunner& runner, Trace& trace) {
  if (fork_early_) {
    for (int slot = 1; slot < threads_; ++slot) {
      due_.push_back({.kind = OpKind::kStart, .thread = 0, .other = slot});
    }
  }
  for (int i = 0; i < length_; ++i) {
    const Op op = Next(runner);
    const bool access = op.kind == OpKind::kAccess;
    if (access && runner.WouldRace(op) && random_.Below(10) < avoided_) continue;
    trace.push_back(op);
    if (auto wrong = runner.Run(op)) return wrong;
    if (access && reset_raced_ && runner.AnyRaced(op.addr, op.size)) {
      due_.push_back({.kind = OpKind::kReset, .thread = 0, .addr = op.addr, .size = op.size});
    }
  }
  trace.push_back({.kind = OpKind::kEndTrace});
  return runner.Run(trace.back());
}

TraceGenerator::Category TraceGenerator::NextCategory() {
  int sum = 0;
  for (const int weight : weights_) sum += weight;
  int ticket = random_.Below(sum);
  int category = 0;
  while (ticket >= weights_[category]) ticket -= weights_[category++];
  return static_cast<Category>(category);
}

int TraceGenerator::RunningThread(const TraceRunner& runner) {
  for (int tries = 0; tries < 10; ++tries) {
    const int slot = random_.Below(threads_);
    if (runner.Runs(slot)) return slot;
  }
  return 0;
}

Op TraceGenerator::Next(const TraceRunner& runner) {
  if (!due_.empty()) {
    const Op op = due_.front();
    due_.pop_front();
    return op;
  }
  Op op;
  op.thread = RunningThread(runner);
  op.pc = Pc();
  switch (NextCategory()) {
    case kAccesses:
      return AccessOp(op);
    case kRules:
      return RuleOp(op);
    case kLocks:
      return LockOp(op);
    case kAtomics:
      return AtomicOp(op);
    case kThreads:
      return ThreadOp(op);
    case kChannels:
      return ChannelOp(op);
    case kMemoryOps:
      return MemoryOp(op);
    case kCalls:
      op.kind = random_.Chance(1, 2) ? OpKind::kCall : OpKind::kReturn;
      break;
    case kFences:
      op.kind = OpKind::kFence;
      op.order = static_cast<Order>(1 + random_.Below(3));
      break;
    case kMigration:
      op.kind = random_.Chance(1, 3) ? OpKind::kSuspend : OpKind::kResume;
      op.thread = random_.Below(threads_);
      op.other = random_.Below(kReadPlanes);
      break;
    case kReclaims:
      op.kind = random_.Chance(1, 3) ? OpKind::kReclaim : OpKind::kReclaimStep;
      op.object = starts_ordered_ ? 1 : 0;
      op.other = random_.Below(4);
      break;
    case kCategories:
      break;
  }
  return op;
}

Op TraceGenerator::ThreadOp(Op op) {
  op.other = random_.Below(threads_);
  op.object = random_.Below(4);
  switch (random_.Below(8)) {
    case 0:
    case 1:
      op.kind = OpKind::kFinish;
      break;
    case 2:
      op.kind =
          !starts_ordered_ && random_.Chance(1, 4) ? OpKind::kStartUnordered : OpKind::kDetach;
      break;
    case 3:
    case 4:
      op.kind = OpKind::kJoin;
      break;
    default:
      op.kind = OpKind::kStart;
      break;
  }
  return op;
}

void TraceGenerator::PlaceAccess(Op& op) {
  op.size = static_cast<std::size_t>(random_.OneOf({1, 1, 2, 4, 4, 8, 8, 8, 16}));
  const Addr middle = kStretches[random_.Chance(1, 8) ? 1 : 0] + kStretchBytes / 2;
  op.addr = middle - window_ / 2 + random_.Below(window_);
  if (random_.Below(10) >= unaligned_) op.addr -= op.addr % op.size;
}

Op TraceGenerator::AccessOp(Op op) {
  op.kind = OpKind::kAccess;
  op.access = random_.Chance(1, 2) ? AccessKind::kWrite : AccessKind::kRead;
  PlaceAccess(op);
  if (op.size <= 2 && random_.Chance(1, 4)) return LoopOp(op);
  if (random_.Chance(1, 40)) return ReadersOp(op);
  if (random_.Chance(1, 12)) op.flavor = AccessFlavor::kVptr;
  if (random_.Chance(1, 8)) op.size = 1 + random_.Below(random_.Chance(1, 40) ? 5000 : 100);
  if (random_.Chance(1, 40)) {
    // A block is freed, then allocated again.
    op.access = AccessKind::kWrite;
    op.flavor = AccessFlavor::kFree;
    op.size = static_cast<std::size_t>(8 << random_.Below(4));
    op.addr -= op.addr % 16;
    if (random_.Chance(1, 2)) {
      due_.push_back(
          {.kind = OpKind::kReset, .thread = op.thread, .addr = op.addr, .size = op.size});
    }
  }
  return op;
}

// The first of a loop over bytes, from cell to cell; now and then with a release in between.
Op TraceGenerator::LoopOp(Op op) {
  const int count = random_.Below(24);
  const int release = random_.Chance(1, 2) ? random_.Below(24) : count;
  Op next = op;
  for (int i = 0; i < count; ++i) {
    if (i == release) {
      due_.push_back({.kind = OpKind::kRelease, .thread = op.thread, .pc = op.pc});
    }
    next.addr += op.size;
    due_.push_back(next);
  }
  return op;
}

// The first of some variables that threads of one plane read by turns, mostly in ever new epochs,
// which another one learns of now and then, that writes there in the end.
Op TraceGenerator::ReadersOp(Op op) {
  op.access = AccessKind::kRead;
  op.size = static_cast<std::size_t>(random_.OneOf({4, 8, 8}));
  op.addr -= op.addr % op.size;
  const int first = random_.Below(threads_);
  const int plane = random_.Below(kReadPlanes);
  const int readers = 2 + random_.Below(3);
  const int variables = 1 + random_.Below(2);
  const auto reader = [&](int i) { return (first + i) % threads_; };
  for (int i = 0; i < readers; ++i) {
    due_.push_back({.kind = OpKind::kSuspend, .thread = reader(i)});
    due_.push_back({.kind = OpKind::kResume, .thread = reader(i), .other = plane});
  }
  for (int rounds = 6 + random_.Below(12); rounds > 0; --rounds) {
    Op read = op;
    read.thread = reader(random_.Below(readers));
    if (random_.Chance(1, 8)) read.pc = Pc();
    for (int i = 0; i < variables; ++i) {
      due_.push_back(read);
      read.addr += kCellBytes;
    }
    if (random_.Chance(1, 4)) due_.push_back(ReadNear(op, reader(random_.Below(readers))));
    if (random_.Chance(3, 4)) {
      due_.push_back({.kind = OpKind::kRelease, .thread = read.thread, .pc = op.pc});
    }
    if (random_.Chance(1, 4)) {
      due_.push_back({.kind = OpKind::kAcquire, .thread = reader(readers), .pc = op.pc});
    }
  }
  Op write = op;
  write.thread = reader(readers);
  write.access = AccessKind::kWrite;
  write.addr += kCellBytes * random_.Below(variables);
  due_.push_back(write);
  return op;
}

// By `thread`, of any size, and atomic now and then.
Op TraceGenerator::ReadNear(const Op& read, int thread) {
  Op op{.thread = thread, .pc = Pc()};
  op.kind = random_.Chance(1, 3) ? OpKind::kLoad : OpKind::kAccess;
  op.access = AccessKind::kRead;
  PlaceAccess(op);
  if (op.kind == OpKind::kLoad) op.size = read.size;
  if (random_.Chance(1, 2)) op.addr = read.addr;
  op.addr -= op.addr % op.size;
  return op;
}

Op TraceGenerator::RuleOp(Op op) {
  static constexpr OpKind kRulesOfClocks[] = {
      OpKind::kAcquire,      OpKind::kAcquire,      OpKind::kRelease,        OpKind::kRelease,
      OpKind::kReleaseStore, OpKind::kReleaseStore, OpKind::kReleaseAcquire, OpKind::kDestroy};
  op.kind = kRulesOfClocks[random_.Below(8)];
  op.object = random_.Below(objects_);
  if (random_.Chance(1, 3)) op.addr = kStretches[0] + random_.Below(objects_ * 4);
  return op;
}

Op TraceGenerator::LockOp(Op op) {
  const bool read = random_.Chance(1, 3);
  op.addr = kMutexes + 8 * random_.Below(objects_);
  op.kind = read ? OpKind::kReadLock : OpKind::kLock;
  if (random_.Chance(1, 2)) {
    op.kind = read ? OpKind::kReadUnlock : OpKind::kUnlock;
  } else if (random_.Chance(2, 3)) {
    AddCriticalSection(op);
    while (random_.Chance(1, 2)) {
      if (random_.Chance(1, 4)) due_.push_back(GuardedAccess(op));
      if (random_.Chance(1, 8)) due_.push_back(RuleOp({.thread = op.thread, .pc = op.pc}));
      Op again = op;
      if (random_.Chance(1, 4)) again.thread = random_.Below(threads_);
      if (random_.Chance(1, 4)) again.kind = read ? OpKind::kLock : OpKind::kReadLock;
      due_.push_back(again);
      AddCriticalSection(again);
      if (random_.Chance(1, 8)) {
        due_.push_back({.kind = OpKind::kDestroy, .thread = again.thread, .addr = op.addr});
      }
    }
  }
  return op;
}

// With the mutex of `lock` held, accesses of the data that it guards, then the unlock.
void TraceGenerator::AddCriticalSection(const Op& lock) {
  for (int i = random_.Below(4); i > 0; --i) due_.push_back(GuardedAccess(lock));
  due_.push_back(lock);
  due_.back().kind = lock.kind == OpKind::kReadLock ? OpKind::kReadUnlock : OpKind::kUnlock;
}

Op TraceGenerator::GuardedAccess(const Op& lock) {
  Op access = lock;
  access.kind = OpKind::kAccess;
  access.addr = kStretches[1] + 8 * ((lock.addr - kMutexes) / 8) + random_.Below(8);
  access.size = 1;
  const bool read = lock.kind == OpKind::kReadLock;
  access.access = read || random_.Chance(1, 2) ? AccessKind::kRead : AccessKind::kWrite;
  access.pc = Pc();
  return access;
}

Op TraceGenerator::AtomicOp(Op op) {
  PlaceAccess(op);
  op.size = static_cast<std::size_t>(random_.OneOf({1, 2, 4, 4, 8, 8, 16}));
  op.addr -= op.addr % op.size;
  op.kind = static_cast<OpKind>(static_cast<int>(OpKind::kLoad) + random_.Below(3));
  op.order = static_cast<Order>(random_.Below(4));
  return op;
}

Op TraceGenerator::ChannelOp(Op op) {
  if (random_.Chance(1, 4)) {
    op.kind = OpKind::kRendezvous;
    op.other = random_.Below(threads_);
    return op;
  }
  op.kind = random_.Chance(1, 2) ? OpKind::kSend : OpKind::kReceive;
  if (random_.Chance(1, 10)) op.kind = OpKind::kClose;
  op.object = random_.Below(objects_);
  op.addr = kChannelAddresses + 16 * op.object;
  op.size = 1;
  return op;
}

Op TraceGenerator::MemoryOp(Op op) {
  if (random_.Chance(1, 3)) {
    op.kind = OpKind::kMove;
    op.size = static_cast<std::size_t>(8 * (1 + random_.Below(kStretchBytes / 8)));
    const int slack = static_cast<int>(kStretchBytes - op.size) / 8;
    const int from = random_.Below(2);
    op.addr = kStretches[from] + 8 * random_.Below(slack + 1);
    op.to = kStretches[1 - from] + 8 * random_.Below(slack + 1);
    return op;
  }
  PlaceAccess(op);
  op.kind = OpKind::kReset;
  if (random_.Chance(1, 2)) op.size = 1 + random_.Below(40);
  return op;
}

}  // namespace hbsan::testing
