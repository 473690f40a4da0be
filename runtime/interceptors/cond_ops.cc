#include "runtime/interceptors/cond_ops.h"

#include <cerrno>

#include "runtime/interceptors/sync_ops.h"

namespace hbsan {
namespace {

struct Bucket {
  SpinLock lock;
  CondWait* first = nullptr;
};
constexpr std::size_t kBuckets = 256;
constinit Bucket buckets[kBuckets];

Bucket& BucketOf(const pthread_cond_t* cond) {
  return buckets[(AddressOf(cond) / sizeof(*cond)) % kBuckets];
}

}  // namespace

void CondCreated(const pthread_cond_t* cond, std::uintptr_t pc) {
  CheckMemory(pc, AccessKind::kWrite, cond, sizeof(*cond));
}

void BeforeCondDestroy(const pthread_cond_t* cond, std::uintptr_t pc) {
  CheckMemory(pc, AccessKind::kWrite, cond, sizeof(*cond));
}

void BeforeCondSignal(const pthread_cond_t* cond, std::uintptr_t pc) {
  CheckUse(pc, cond);
  RuntimeScope scope;
  ThreadState& t = scope.thread();
  if (t.ignore_sync != 0) return;
  Bucket& bucket = BucketOf(cond);
  SpinLockHolder hold(bucket.lock);
  for (CondWait* wait = bucket.first; wait != nullptr; wait = wait->next_) {
    if (wait->cond_ != cond) continue;
    if (wait->signals_ == nullptr) wait->signals_ = &TheDetector().NewSync();
    TheDetector().Release(t, *wait->signals_, pc);
  }
}

void CondsAfterFork() {
  for (Bucket& bucket : buckets) {
    bucket.first = nullptr;
    bucket.lock.unlock();
  }
}

CondWait::CondWait(const pthread_cond_t* cond, const pthread_mutex_t* mutex, std::uintptr_t pc)
    : cond_(cond), mutex_(mutex), pc_(pc) {
  CheckUse(pc, cond);
  {
    RuntimeScope scope;
    Bucket& bucket = BucketOf(cond);
    SpinLockHolder hold(bucket.lock);
    next_ = bucket.first;
    if (next_ != nullptr) next_->linked_ = &next_;
    bucket.first = this;
    linked_ = &bucket.first;
  }
  BeforeMutexUnlock(mutex, pc);
}

void CondWait::Returned(int result) {
  if (HoldsMutex(mutex_)) AfterMutexLocked(mutex_, MutexUse::kChecked, pc_);
  RuntimeScope scope;
  {
    Bucket& bucket = BucketOf(cond_);
    SpinLockHolder hold(bucket.lock);
    *linked_ = next_;
    if (next_ != nullptr) next_->linked_ = linked_;
  }
  if (signals_ == nullptr) return;
  ThreadState& t = scope.thread();
  if (GotMutex(result) && t.ignore_sync == 0) TheDetector().Acquire(t, *signals_);
  TheDetector().DeleteSync(t, *signals_);
}

void CondWait::Cancelled(void* wait) { static_cast<CondWait*>(wait)->Returned(ECANCELED); }

}  // namespace hbsan
