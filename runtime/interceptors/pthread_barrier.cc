// pthread_barrier_*: each arrival of a round → every return from that round.
//
// Each round has a clock of its own, so that an early arrival of the next round does not reach the
// late leavers of this one. If more threads than the barrier's count use it at once, the order in
// which they announce themselves here need not be the order of their real arrivals: such rounds
// share one clock until all have left.
#include <pthread.h>

#include "runtime/address_space.h"
#include "runtime/interceptors/sync_ops.h"
#include "runtime/real.h"
#include "runtime/sys.h"

namespace hbsan {
namespace {

struct Round {
  SyncObject* clock;
  std::uint32_t arrived;
  std::uint32_t left;
  bool shared;  // by several rounds whose members are not known apart
};

struct Rounds {
  SpinLock lock;  // of all rounds and of which one is whose
  Pool<Round> pool;
  bool ready = false;
};
constinit Rounds rounds;

// The barrier's SyncObject: host_count is the index of the round that fills, or filled last.
SyncObject& ObjectOf(const RuntimeScope& scope, const pthread_barrier_t* barrier) {
  return TheDetector().SyncAt(scope.thread(), AddressOf(barrier));
}

// The count of threads, second word of glibc's barrier after two counters.
std::uint32_t CountOf(const pthread_barrier_t* barrier) {
  return reinterpret_cast<const std::uint32_t*>(barrier)[2];
}

void MakeReady() {
  static constexpr Host kHost = {.reserve = ReserveAddressSpace,
                                 .discard = sys::Discard,
                                 .wait_quiescent = nullptr,
                                 .forget_thread = nullptr,
                                 .fatal = [](const char* what) { sys::Fatal(what); }};
  if (rounds.ready) return;
  rounds.pool.Init(kHost, 1u << 22, "too many rounds of barriers at once");
  rounds.ready = true;
}

bool TakesOneMore(const Round& round, std::uint32_t count) {
  if (round.shared || round.arrived < count) return true;
  return round.left == 0;  // full, but nobody has left: the arrival may be one of its members
}

std::uint32_t Arrive(const RuntimeScope& scope, const pthread_barrier_t* barrier,
                     std::uintptr_t pc) {
  const std::uint32_t count = CountOf(barrier);
  SyncObject& object = ObjectOf(scope, barrier);
  SpinLockHolder hold(rounds.lock);
  MakeReady();
  std::uint32_t index = object.host_count;
  if (index == 0 || !TakesOneMore(rounds.pool[index], count)) {
    index = rounds.pool.Allocate();
    rounds.pool[index] = {&TheDetector().NewSync(), 0, 0, false};
    object.host_count = index;
  }
  Round& round = rounds.pool[index];
  if (++round.arrived > count) round.shared = true;
  TheDetector().Release(scope.thread(), *round.clock, pc);
  return index;
}

void Leave(const RuntimeScope& scope, const pthread_barrier_t* barrier, std::uint32_t index) {
  SpinLockHolder hold(rounds.lock);
  Round& round = rounds.pool[index];
  TheDetector().Acquire(scope.thread(), *round.clock);
  if (++round.left < round.arrived) return;
  SyncObject* object = TheDetector().FindSync(AddressOf(barrier));
  if (object != nullptr && object->host_count == index) object->host_count = 0;
  TheDetector().DeleteSync(scope.thread(), *round.clock);
  rounds.pool.Free(index);
}

}  // namespace
}  // namespace hbsan

INTERCEPTOR(int, pthread_barrier_init, pthread_barrier_t* barrier,
            const pthread_barrierattr_t* attributes, unsigned count) {
  if (!hbsan::InRuntime()) {
    hbsan::CheckMemory(HBSAN_CALLER_PC(), hbsan::AccessKind::kWrite, barrier, sizeof(*barrier));
    hbsan::ForgetAt(hbsan::AddressOf(barrier));
  }
  return REAL(pthread_barrier_init)(barrier, attributes, count);
}

INTERCEPTOR(int, pthread_barrier_destroy, pthread_barrier_t* barrier) {
  if (!hbsan::InRuntime()) {
    hbsan::CheckMemory(HBSAN_CALLER_PC(), hbsan::AccessKind::kWrite, barrier, sizeof(*barrier));
    hbsan::ForgetAt(hbsan::AddressOf(barrier));
  }
  return REAL(pthread_barrier_destroy)(barrier);
}

INTERCEPTOR(int, pthread_barrier_wait, pthread_barrier_t* barrier) {
  if (hbsan::InRuntime()) return REAL(pthread_barrier_wait)(barrier);
  hbsan::CheckUse(HBSAN_CALLER_PC(), barrier);
  std::uint32_t round;
  {
    hbsan::RuntimeScope scope;
    round = hbsan::Arrive(scope, barrier, HBSAN_CALLER_PC());
  }
  const int result = REAL(pthread_barrier_wait)(barrier);
  hbsan::RuntimeScope scope;
  hbsan::Leave(scope, barrier, round);
  return result;
}
