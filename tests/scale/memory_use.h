// What the kernel counts as this process's memory, as a line of output for the driver.
#ifndef HBSAN_TESTS_SCALE_MEMORY_USE_H_
#define HBSAN_TESTS_SCALE_MEMORY_USE_H_

#include <cstdio>
#include <cstring>

namespace hbsan::scale {

// A field of /proc/self/status in KiB.
inline long StatusKib(const char* field) {
  std::FILE* file = std::fopen("/proc/self/status", "r");
  if (file == nullptr) return 0;
  char line[256];
  long value = 0;
  while (std::fgets(line, sizeof line, file) != nullptr) {
    const std::size_t length = std::strlen(field);
    if (std::strncmp(line, field, length) == 0 && line[length] == ':') {
      std::sscanf(line + length + 1, "%ld", &value);
    }
  }
  std::fclose(file);
  return value;
}

// Resident pages, and the page tables that reach them.
inline void PrintMemoryUse(const char* moment) {
  std::printf("%s %ld %ld\n", moment, StatusKib("VmRSS"), StatusKib("VmPTE"));
  std::fflush(stdout);
}

}  // namespace hbsan::scale

#endif  // HBSAN_TESTS_SCALE_MEMORY_USE_H_
