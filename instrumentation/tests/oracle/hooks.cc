// Hooks for generated programs: at each synchronisation they print which bytes the checks since the
// last one cover as written, and which as touched at all. What the pass may drop changes neither.
#include <bitset>
#include <cstdint>
#include <cstdio>

#include "detector/hot_state.h"

extern "C" {
char memory[256];
thread_local hbsan::HotState __hbsan_hot;
}

namespace {

std::bitset<sizeof(memory)> written;
std::bitset<sizeof(memory)> touched;

void Note(const void* address, std::size_t size, bool is_write) {
  const std::uintptr_t begin = reinterpret_cast<std::uintptr_t>(address);
  for (std::uintptr_t byte = begin; byte < begin + size; ++byte) {
    const std::uintptr_t index = byte - reinterpret_cast<std::uintptr_t>(memory);
    if (index >= sizeof(memory)) continue;
    touched.set(index);
    if (is_write) written.set(index);
  }
}

}  // namespace

extern "C" {

hbsan::Frame* __hbsan_attach() {
  static hbsan::Frame frames[64];
  return frames;
}

void Synchronise() {
  std::printf("%s %s\n", written.to_string().c_str(), touched.to_string().c_str());
  written.reset();
  touched.reset();
}

int Pure(int x) { return x ^ 0x55; }

std::uint32_t __tsan_atomic32_fetch_add(std::uint32_t* address, std::uint32_t value, int) {
  Synchronise();
  return __atomic_fetch_add(address, value, __ATOMIC_SEQ_CST);
}

std::uint32_t __tsan_atomic32_load(const std::uint32_t* address, int) {
  Synchronise();
  return __atomic_load_n(address, __ATOMIC_SEQ_CST);
}

void __tsan_init() {}

#define HBSAN_ACCESS_HOOKS(size)                                                  \
  void __tsan_read##size(void* address) { Note(address, size, false); }           \
  void __tsan_write##size(void* address) { Note(address, size, true); }           \
  void __tsan_unaligned_read##size(void* address) { Note(address, size, false); } \
  void __tsan_unaligned_write##size(void* address) { Note(address, size, true); }
HBSAN_ACCESS_HOOKS(1)
HBSAN_ACCESS_HOOKS(2)
HBSAN_ACCESS_HOOKS(4)
HBSAN_ACCESS_HOOKS(8)
}
