#include "runtime/interceptors/sync_ops.h"
#include "runtime/sys.h"

namespace hbsan {
namespace {

// How often a process may fork, its child fork, and so on, with one mutex held all the time.
constexpr int kForksRemembered = 4;

constinit thread_local int own_id = 0;
constinit thread_local int ids_before_forks[kForksRemembered] = {};

}  // namespace

int OwnerId() {
  if (own_id == 0) own_id = sys::GetTid();
  return own_id;
}

bool IsOwnerId(int owner) {
  if (owner == OwnerId()) return true;
  for (const int id : ids_before_forks) {
    if (owner == id && id != 0) return true;
  }
  return false;
}

void OwnerIdAfterFork() {
  for (int i = kForksRemembered - 1; i > 0; --i) ids_before_forks[i] = ids_before_forks[i - 1];
  ids_before_forks[0] = own_id;
  own_id = 0;
}

}  // namespace hbsan
