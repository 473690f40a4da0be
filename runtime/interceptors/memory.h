// The memory functions as accesses; the interceptors and the hooks that instrumented code calls
// share them.
#ifndef HBSAN_RUNTIME_INTERCEPTORS_MEMORY_H_
#define HBSAN_RUNTIME_INTERCEPTORS_MEMORY_H_

#include <cstddef>
#include <cstdint>

namespace hbsan {

void* CheckedMemcpy(std::uintptr_t pc, void* to, const void* from, std::size_t size);
void* CheckedMemmove(std::uintptr_t pc, void* to, const void* from, std::size_t size);
void* CheckedMemset(std::uintptr_t pc, void* to, int value, std::size_t size);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_INTERCEPTORS_MEMORY_H_
