// Calls from code whose caller keeps values in vector registers: the hooks that instrumented code
// calls when an inline check misses preserve all registers.
#ifndef HBSAN_RUNTIME_VECTOR_REGISTERS_H_
#define HBSAN_RUNTIME_VECTOR_REGISTERS_H_

namespace hbsan {

// Finds out which vector registers there are to save. Until then the first halves, which the
// runtime itself may use, are.
void FindVectorRegisters();

}  // namespace hbsan

// Calls function(argument) with xmm0 to xmm15, or ymm0 to ymm15, preserved.
extern "C" __attribute__((visibility("hidden"))) void hbsan_call_preserving_vectors(
    void (*function)(void*), void* argument);

#endif  // HBSAN_RUNTIME_VECTOR_REGISTERS_H_
