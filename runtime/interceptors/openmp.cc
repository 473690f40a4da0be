// Memory of LLVM's OpenMP runtime. It keeps blocks by itself, and gives what one thread gave back
// to another without malloc or free: a block that it hands out is fresh, whoever had it before.
//
//   __kmpc_omp_task_alloc, __kmpc_omp_target_task_alloc   openmp/runtime/src/kmp_tasking.cpp
//   omp_alloc and its kin                                 OpenMP 5.2, 18.13
#include <cstddef>
#include <cstdint>

#include "runtime/interceptors/ignored_writes.h"
#include "runtime/memory_life.h"
#include "runtime/real.h"

namespace hbsan {
namespace {

// The head of kmp_task_t, openmp/runtime/src/kmp.h: the task's own variables follow it, and then,
// in the same block, pointers to those that it shares.
struct Task {
  void* shareds;
};

void* FreshBlock(void* block, std::size_t size) {
  const std::size_t whole_cells = (size + kCellBytes - 1) & ~(kCellBytes - 1);
  if (block != nullptr) MakeFresh(reinterpret_cast<Addr>(block), whole_cells);
  return block;
}

Task* FreshTask(Task* task, std::size_t task_size, std::size_t shareds_size) {
  if (task == nullptr) return task;
  const auto shareds_offset = reinterpret_cast<Addr>(task->shareds) - reinterpret_cast<Addr>(task);
  FreshBlock(task, shareds_size == 0 ? task_size : shareds_offset + shareds_size);
  return task;
}

}  // namespace
}  // namespace hbsan

INTERCEPTOR(hbsan::Task*, __kmpc_omp_task_alloc, void* location, std::int32_t thread,
            std::int32_t flags, std::size_t task_size, std::size_t shareds_size, void* entry) {
  return hbsan::FreshTask(
      REAL(__kmpc_omp_task_alloc)(location, thread, flags, task_size, shareds_size, entry),
      task_size, shareds_size);
}

INTERCEPTOR(hbsan::Task*, __kmpc_omp_target_task_alloc, void* location, std::int32_t thread,
            std::int32_t flags, std::size_t task_size, std::size_t shareds_size, void* entry,
            std::int64_t device) {
  return hbsan::FreshTask(REAL(__kmpc_omp_target_task_alloc)(location, thread, flags, task_size,
                                                             shareds_size, entry, device),
                          task_size, shareds_size);
}

INTERCEPTOR(void*, omp_alloc, std::size_t size, std::uintptr_t allocator) {
  return hbsan::FreshBlock(REAL(omp_alloc)(size, allocator), size);
}

INTERCEPTOR(void*, omp_aligned_alloc, std::size_t alignment, std::size_t size,
            std::uintptr_t allocator) {
  return hbsan::FreshBlock(REAL(omp_aligned_alloc)(alignment, size, allocator), size);
}

INTERCEPTOR(void*, omp_calloc, std::size_t count, std::size_t size, std::uintptr_t allocator) {
  const hbsan::IgnoredWrites clearing;
  return hbsan::FreshBlock(REAL(omp_calloc)(count, size, allocator), count * size);
}

INTERCEPTOR(void*, omp_aligned_calloc, std::size_t alignment, std::size_t count, std::size_t size,
            std::uintptr_t allocator) {
  const hbsan::IgnoredWrites clearing;
  return hbsan::FreshBlock(REAL(omp_aligned_calloc)(alignment, count, size, allocator),
                           count * size);
}
