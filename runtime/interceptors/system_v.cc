// System V message queues and semaphores, among the threads of the process.
//
//   msgsnd -> msgrcv on the same queue
//   semop that adds, semctl that sets  → semop that subtracts
//   semop that subtracts, semctl       → semop that waits for zero
//
// As with sem_wait, an operation learns what every earlier one that could have let it through
// released. Operations with IPC_NOWAIT that fail learn nothing.
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/syscall.h>

#include <cstdarg>
#include <cstddef>

#include "runtime/interceptors/accesses.h"
#include "runtime/real.h"
#include "runtime/runtime.h"
#include "runtime/streams.h"
#include "runtime/sys.h"

namespace hbsan {
namespace {

enum Object : std::uint64_t { kMessages = 0x5e55a6e, kRaised, kLowered };

Addr Place(Object object, int id, unsigned number = 0) {
  StreamHash hash(object);
  hash << static_cast<unsigned>(id) << number;
  return RendezvousAddress(hash.key());
}

void ReadMessage(std::uintptr_t pc, const void* message, std::size_t size) {
  ReadMemory(pc, message, sizeof(long) + size);
}

template <typename Real>
int Operate(std::uintptr_t pc, int set, const sembuf* operations, std::size_t count, Real real) {
  if (InRuntime()) return real();
  ReadMemory(pc, operations, count * sizeof(*operations));
  for (std::size_t i = 0; i < count; ++i) {
    const sembuf& operation = operations[i];
    if (operation.sem_op > 0) ReleaseAt(Place(kRaised, set, operation.sem_num), pc);
    if (operation.sem_op < 0) ReleaseAt(Place(kLowered, set, operation.sem_num), pc);
  }
  const int result = real();
  for (std::size_t i = 0; result == 0 && i < count; ++i) {
    const sembuf& operation = operations[i];
    if (operation.sem_op < 0) AcquireAt(Place(kRaised, set, operation.sem_num));
    if (operation.sem_op == 0) AcquireAt(Place(kLowered, set, operation.sem_num));
  }
  return result;
}

void Set(std::uintptr_t pc, int set, unsigned number) {
  ReleaseAt(Place(kRaised, set, number), pc);
  ReleaseAt(Place(kLowered, set, number), pc);
}

void SetAll(std::uintptr_t pc, int set) {
  semid_ds state = {};
  if (sys::Call(SYS_semctl, set, 0, IPC_STAT, reinterpret_cast<long>(&state)) < 0) return;
  for (unsigned i = 0; i < state.sem_nsems; ++i) Set(pc, set, i);
}

}  // namespace
}  // namespace hbsan

INTERCEPTOR(int, msgsnd, int queue, const void* message, std::size_t size, int flags) {
  if (!hbsan::InRuntime()) {
    hbsan::ReadMessage(HBSAN_CALLER_PC(), message, size);
    hbsan::ReleaseAt(hbsan::Place(hbsan::kMessages, queue), HBSAN_CALLER_PC());
  }
  return REAL(msgsnd)(queue, message, size, flags);
}

INTERCEPTOR(ssize_t, msgrcv, int queue, void* message, std::size_t size, long type, int flags) {
  const ssize_t received = REAL(msgrcv)(queue, message, size, type, flags);
  if (received < 0 || hbsan::InRuntime()) return received;
  hbsan::AcquireAt(hbsan::Place(hbsan::kMessages, queue));
  hbsan::WriteMemory(HBSAN_CALLER_PC(), message, sizeof(long) + static_cast<std::size_t>(received));
  return received;
}

INTERCEPTOR(int, semop, int set, sembuf* operations, std::size_t count) {
  return hbsan::Operate(HBSAN_CALLER_PC(), set, operations, count,
                        [&] { return REAL(semop)(set, operations, count); });
}

INTERCEPTOR(int, semtimedop, int set, sembuf* operations, std::size_t count,
            const timespec* timeout) {
  hbsan::ReadObject(HBSAN_CALLER_PC(), timeout);
  return hbsan::Operate(HBSAN_CALLER_PC(), set, operations, count,
                        [&] { return REAL(semtimedop)(set, operations, count, timeout); });
}

// The fourth argument is a union of an integer and pointers, or absent: passed on as a word.
INTERCEPTOR(int, semctl, int set, int number, int command, ...) {
  va_list more;
  va_start(more, command);
  void* argument = va_arg(more, void*);
  va_end(more);
  if (!hbsan::InRuntime()) {
    if (command == SETVAL) hbsan::Set(HBSAN_CALLER_PC(), set, static_cast<unsigned>(number));
    if (command == SETALL) hbsan::SetAll(HBSAN_CALLER_PC(), set);
  }
  return REAL(semctl)(set, number, command, argument);
}
