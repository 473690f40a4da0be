// The memory functions as accesses of an interceptor, and the real ones.
#ifndef HBSAN_RUNTIME_INTERCEPTORS_MEMORY_H_
#define HBSAN_RUNTIME_INTERCEPTORS_MEMORY_H_

#include <cstddef>
#include <cstdint>

namespace hbsan {

void* CheckedMemcpy(std::uintptr_t pc, void* to, const void* from, std::size_t size);
void* CheckedMemmove(std::uintptr_t pc, void* to, const void* from, std::size_t size);
void* CheckedMemset(std::uintptr_t pc, void* to, int value, std::size_t size);

// The C library's, without accesses.
void* RealMemcpy(void* to, const void* from, std::size_t size);
void* RealMemmove(void* to, const void* from, std::size_t size);
void* RealMemset(void* to, int value, std::size_t size);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_INTERCEPTORS_MEMORY_H_
