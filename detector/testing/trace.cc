#include "detector/testing/trace.h"

#include <cstdio>

namespace hbsan::testing {
namespace {

const char* Name(OpKind kind) {
  switch (kind) {
    case OpKind::kStart:
      return "start";
    case OpKind::kStartUnordered:
      return "start unordered";
    case OpKind::kFinish:
      return "finish";
    case OpKind::kDetach:
      return "finish, detached";
    case OpKind::kJoin:
      return "join";
    case OpKind::kSuspend:
      return "suspend";
    case OpKind::kResume:
      return "resume";
    case OpKind::kCall:
      return "call";
    case OpKind::kReturn:
      return "return";
    case OpKind::kAccess:
      return "";
    case OpKind::kAcquire:
      return "Acquire";
    case OpKind::kRelease:
      return "Release";
    case OpKind::kReleaseStore:
      return "ReleaseStore";
    case OpKind::kReleaseAcquire:
      return "ReleaseAcquire";
    case OpKind::kDestroy:
      return "destroy";
    case OpKind::kLoad:
      return "atomic load";
    case OpKind::kStore:
      return "atomic store";
    case OpKind::kUpdate:
      return "atomic update";
    case OpKind::kFence:
      return "fence";
    case OpKind::kLock:
      return "lock";
    case OpKind::kUnlock:
      return "unlock";
    case OpKind::kReadLock:
      return "read lock";
    case OpKind::kReadUnlock:
      return "read unlock";
    case OpKind::kSend:
      return "send";
    case OpKind::kReceive:
      return "receive";
    case OpKind::kClose:
      return "close";
    case OpKind::kRendezvous:
      return "meet";
    case OpKind::kReset:
      return "reset";
    case OpKind::kMove:
      return "move";
    case OpKind::kReclaim:
      return "reclaim";
    case OpKind::kReclaimStep:
      return "take a step of reclaiming";
    case OpKind::kTune:
      return "tune";
    case OpKind::kEndTrace:
      return "--- end of trace ---";
  }
  return "?";
}

const char* Name(AccessFlavor flavor) {
  switch (flavor) {
    case AccessFlavor::kPlain:
      return "";
    case AccessFlavor::kAtomic:
      return "atomic ";
    case AccessFlavor::kVptr:
      return "vptr ";
    case AccessFlavor::kFree:
      return "free ";
    case AccessFlavor::kClose:
      return "close ";
    case AccessFlavor::kChannel:
      return "channel ";
    case AccessFlavor::kWaitGroup:
      return "wait group ";
  }
  return "?";
}

const char* Name(Order order) {
  switch (order) {
    case Order::kRelaxed:
      return "relaxed";
    case Order::kAcquire:
      return "acquire";
    case Order::kRelease:
      return "release";
    case Order::kAcqRel:
      return "acq_rel";
  }
  return "?";
}

template <typename... Args>
std::string Format(const char* format, Args... args) {
  char text[160];
  std::snprintf(text, sizeof(text), format, args...);
  return text;
}

std::string Bytes(Addr addr, std::size_t size) {
  return Format(" [%#zx, +%zu)", static_cast<std::size_t>(addr - kMemory), size);
}

}  // namespace

std::string ToString(const Op& op) {
  std::string text = Format("T%-3d %s", op.thread, Name(op.kind));
  switch (op.kind) {
    case OpKind::kStart:
    case OpKind::kStartUnordered:
    case OpKind::kRendezvous:
      return text + Format(" T%d", op.other);
    case OpKind::kFinish:
    case OpKind::kJoin:
      return text + Format(" end %d", op.object);
    case OpKind::kReclaim:
    case OpKind::kReclaimStep:
      return text + (op.object != 0 ? " what all know" : "") + (op.other != 0 ? ", young" : "");
    case OpKind::kResume:
      return text + Format(" on plane %d", op.other);
    case OpKind::kCall:
      return text + Format(" from pc %#zx", op.pc);
    case OpKind::kAccess:
      return text + Name(op.flavor) + (op.access == AccessKind::kWrite ? "write" : "read") +
             Bytes(op.addr, op.size) + Format(" pc %#zx", op.pc);
    case OpKind::kLoad:
    case OpKind::kStore:
    case OpKind::kUpdate:
      return text + " " + Name(op.order) + Bytes(op.addr, op.size) + Format(" pc %#zx", op.pc);
    case OpKind::kFence:
      return text + " " + Name(op.order);
    case OpKind::kReset:
      return text + Bytes(op.addr, op.size);
    case OpKind::kMove:
      return text + Bytes(op.addr, op.size) + " to" + Bytes(op.to, op.size);
    default:
      break;
  }
  if (op.addr != 0) return text + Format(" @%#zx", static_cast<std::size_t>(op.addr - kMemory));
  if (op.kind >= OpKind::kAcquire && op.kind <= OpKind::kClose) text += Format(" #%d", op.object);
  return text;
}

std::string ToString(const Trace& trace) {
  std::string text;
  for (const Op& op : trace) text += "  " + ToString(op) + "\n";
  return text;
}

}  // namespace hbsan::testing
