// The runtime's core: the one Detector of the process, who runs now, and how code enters the
// runtime.
#ifndef HBSAN_RUNTIME_RUNTIME_H_
#define HBSAN_RUNTIME_RUNTIME_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>

#include "detector/detector.h"
#include "detector/hot_state.h"
#include "runtime/thread_info.h"

// What instrumented code addresses (see detector/hot_state.h). Zero until the thread is attached.
extern "C"
    __attribute__((visibility("default"))) thread_local constinit hbsan::HotState __hbsan_hot;

// Attaches the running thread and returns the top of its shadow call stack; instrumented code calls
// it when stack_top is null.
extern "C" __attribute__((visibility("default"))) hbsan::Frame* __hbsan_attach();

#define HBSAN_ABI extern "C" __attribute__((visibility("default"), used))
// The pc that reports show for an operation: the return address of the hook or interceptor.
#define HBSAN_CALLER_PC() (reinterpret_cast<std::uintptr_t>(__builtin_return_address(0)))

namespace hbsan {

// The process's engine. Valid once Initialize ran, that is before any constructor of the program.
alignas(Detector) extern char detector_storage[sizeof(Detector)];
inline Detector& TheDetector() {
  return *std::launder(reinterpret_cast<Detector*>(detector_storage));
}
bool Initialized();
// Idempotent; called from .preinit_array with main's arguments, and with none from __tsan_init.
void Initialize(int argc = 0, char** argv = nullptr, char** envp = nullptr);

// No thread may enter the runtime now (see StopOthers).
extern std::atomic<bool> world_stopped;

// True while this thread is inside the runtime (or detection is not up, or the thread is past its
// end): interceptors then call the real function and do nothing else.
inline bool InRuntime() {
  return __hbsan_hot.depth != 0 || (__hbsan_hot.state == nullptr && !Initialized());
}

// The running goroutine or thread, attached on first sight (a thread that raw clone(2) made).
ThreadState& CurrentThread();

// Deliver signals that came while inside the runtime (interceptors/signal_actions.cc).
void DeliverPendingSignals();

// Inside the runtime: signals wait, nested hooks and interceptors do nothing. Never held across a
// call that can block.
class RuntimeScope {
 public:
  RuntimeScope() {
    HotState& hot = __hbsan_hot;
    ++hot.depth;
    std::atomic_signal_fence(std::memory_order_seq_cst);
    // Pairs with the membarrier of StopOthers: either it sees our depth, or we see that the world
    // is stopped.
    if (world_stopped.load(std::memory_order_relaxed) && hot.depth == 1) [[unlikely]] {
      WaitOutside();
    }
    thread_ = hot.state != nullptr ? hot.state : &CurrentThread();
  }
  ~RuntimeScope() {
    HotState& hot = __hbsan_hot;
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (--hot.depth == 0 && hot.signal_pending != 0) [[unlikely]] {
      DeliverPendingSignals();
    }
  }
  RuntimeScope(const RuntimeScope&) = delete;
  RuntimeScope& operator=(const RuntimeScope&) = delete;
  ThreadState& thread() const { return *thread_; }

 private:
  // Until the world is no longer stopped; inside again then.
  static void WaitOutside();

  ThreadState* thread_;
};

// An access of the running thread to memory that an intercepted function reads or writes (memcpy,
// read(2), ...), checked and reported. `pc` is the interceptor's return address; frames of
// uninstrumented code between it and the program are found. Cheap to call with size 0. Does nothing
// InRuntime().
void CheckMemory(std::uintptr_t pc, AccessKind kind, const volatile void* p, std::size_t size,
                 AccessFlavor flavor = AccessFlavor::kPlain);
// The same for the hooks of instrumented code.
void CheckHook(std::uintptr_t pc, AccessKind kind, const volatile void* p, std::size_t size,
               AccessFlavor flavor = AccessFlavor::kPlain);
// The same of elements; all arguments go by registers.
void CheckElements(std::uintptr_t pc, AccessKind kind, const volatile void* p, std::size_t size,
                   std::size_t element, std::size_t stride);
// Two plain accesses of one function, as memcpy's: the same for both, at once.
struct MemoryAccess {
  AccessKind kind;
  const volatile void* p;
  std::size_t size;
};
void CheckMemory(std::uintptr_t pc, const MemoryAccess& first, const MemoryAccess& second);
void CheckHook(std::uintptr_t pc, const MemoryAccess& first, const MemoryAccess& second);
// The running thread's call stack as seen from an interceptor that returns to `pc`. Called with the
// runtime entered.
StackId CallerStack(ThreadState& t, std::uintptr_t pc);

// Reclaims records if enough have piled up. Called with the runtime entered, no lock of it held and
// no record id in hand.
void ReclaimIfDue();
// From now on a thread may start ordered after less than the one that starts it.
void ThreadsStartUnordered();
// Gives back records that nothing refers to, unless another thread is at it or forks. Called like
// ReclaimIfDue.
void Reclaim();

// Edges by address, for interceptors (mutexes, semaphores, descriptors, once flags, ...). Each
// enters the runtime itself and does nothing InRuntime().
void AcquireAt(Addr object);
void ReleaseAt(Addr object, std::uintptr_t pc);       // accumulates: L := L ⊔ C
void ReleaseStoreAt(Addr object, std::uintptr_t pc);  // replaces:    L := C
void ForgetAt(Addr object);  // the object is gone; its address may be another's next
// For lists of held mutexes in reports.
void NoteLocked(Addr mutex, std::uintptr_t pc, bool shared);
void NoteUnlocked(Addr mutex);

// An address that stands for something without one (descriptor n, a thread's end, the dynamic
// loader, ...), never a program's.
enum class SyncSpace : std::uint8_t {
  kDescriptor,       // the descriptor as an object that is used and closed
  kDescriptorReuse,  // its number, handed out again after a close
  kStream,           // what flows through descriptors (streams.h)
  kThreadEnd,
  kAtExit,
  kSignal,
  kLoader,
  kForeignThreads,
  kMisc
};
Addr AbstractAddress(SyncSpace space, std::uint32_t n);
// What threads that no call of the program's created know at their start.
inline Addr StartOfForeignThreads() { return AbstractAddress(SyncSpace::kForeignThreads, 0); }

// Each other thread is outside the runtime at some moment of this call.
void WaitUntilOthersOutside();
// For fork: from StopOthers to ResumeOthers no other thread is inside the runtime; one that wants
// to enter waits. The child calls ResumeOthers too. Called with the runtime entered.
void StopOthers();
void ResumeOthers();

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_RUNTIME_H_
