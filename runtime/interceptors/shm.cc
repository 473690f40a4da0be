// System V shared memory: attached segments come and go like mappings.
#include <sys/shm.h>
#include <sys/syscall.h>

#include <atomic>
#include <cstddef>

#include "runtime/mapping_keys.h"
#include "runtime/memory_life.h"
#include "runtime/real.h"
#include "runtime/runtime.h"
#include "runtime/sys.h"

namespace hbsan {
namespace {

constexpr std::size_t kPage = 4096;

// What is attached where, for shmdt; segments beyond the table keep their history when they are
// detached.
struct Attached {
  std::atomic<Addr> begin;
  std::atomic<std::size_t> size;
};
constinit Attached attached[256] = {};

void Remember(Addr begin, std::size_t size) {
  for (Attached& slot : attached) {
    Addr none = 0;
    if (!slot.begin.compare_exchange_strong(none, begin)) continue;
    slot.size.store(size);
    return;
  }
}

std::size_t TakeSize(Addr begin) {
  for (Attached& slot : attached) {
    if (slot.begin.load() != begin) continue;
    const std::size_t size = slot.size.load();
    slot.begin.store(0);
    return size;
  }
  return 0;
}

}  // namespace
}  // namespace hbsan

INTERCEPTOR(void*, shmat, int segment, const void* hint, int flags) {
  void* p = REAL(shmat)(segment, hint, flags);
  shmid_ds state = {};
  if (p == reinterpret_cast<void*>(-1) || hbsan::InRuntime()) return p;
  if (hbsan::sys::Call(SYS_shmctl, segment, IPC_STAT, reinterpret_cast<long>(&state)) != 0)
    return p;
  const hbsan::Addr begin = reinterpret_cast<hbsan::Addr>(p);
  const std::size_t size = (state.shm_segsz + hbsan::kPage - 1) & ~(hbsan::kPage - 1);
  hbsan::ClaimKeys(begin, size);
  hbsan::MakeFresh(begin, size);
  hbsan::Remember(begin, size);
  return p;
}

INTERCEPTOR(int, shmdt, const void* p) {
  const hbsan::Addr begin = reinterpret_cast<hbsan::Addr>(p);
  if (const std::size_t size = hbsan::InRuntime() ? 0 : hbsan::TakeSize(begin)) {
    hbsan::CheckGone(HBSAN_CALLER_PC(), begin, size);
    hbsan::MakeFresh(begin, size);
  }
  return REAL(shmdt)(p);
}
