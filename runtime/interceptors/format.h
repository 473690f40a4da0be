// Formats of printf and scanf: which memory the arguments make them touch.
#ifndef HBSAN_RUNTIME_INTERCEPTORS_FORMAT_H_
#define HBSAN_RUNTIME_INTERCEPTORS_FORMAT_H_

#include <cstdarg>
#include <cstdint>

namespace hbsan {

// The format itself and the strings that it prints are read, counters (%n) written. Gives up at
// positional arguments (%1$d).
void CheckPrintf(std::uintptr_t pc, const char* format, std::va_list arguments);

// What scanf wrote, having made `assigned` conversions.
void CheckScanf(std::uintptr_t pc, const char* format, std::va_list arguments, int assigned);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_INTERCEPTORS_FORMAT_H_
