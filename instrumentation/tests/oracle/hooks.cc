// Hooks for generated programs: at each synchronisation they print which bytes the checks since the
// last one cover as written, and which as touched at all. What the pass may drop, and what it finds
// to be checked already, changes neither. Shadow cells say what the checks cover, as the detector's
// do: each epoch has one record id.
#include <sys/mman.h>

#include <bitset>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "detector/hot_state.h"

extern "C" {
alignas(8) char memory[256];
thread_local hbsan::HotState __hbsan_hot;
}

namespace {

using Bytes = std::bitset<sizeof(memory)>;

Bytes written;
Bytes touched;

constexpr std::uint32_t kLowCovered = hbsan::HotState{}.other_half[1];
constexpr std::uint32_t kHighCovered = hbsan::HotState{}.other_half[0];

void Publish(std::uintptr_t plane, const Bytes& covered, std::uintptr_t address) {
  auto* cells = reinterpret_cast<std::uint32_t*>(plane);
  const std::size_t index = (address - reinterpret_cast<std::uintptr_t>(memory)) & ~7ul;
  const auto half = [&](std::size_t first) {
    return covered[first] && covered[first + 1] && covered[first + 2] && covered[first + 3];
  };
  const std::uint32_t epoch = __hbsan_hot.own_first & ~(kLowCovered | kHighCovered);
  cells[(address & hbsan::kKeyMask) >> 3] =
      epoch | (half(index) ? kLowCovered : 0) | (half(index + 4) ? kHighCovered : 0);
}

void Note(const void* address, std::size_t size, bool is_write) {
  const std::uintptr_t begin = reinterpret_cast<std::uintptr_t>(address);
  for (std::uintptr_t byte = begin; byte < begin + size; ++byte) {
    const std::uintptr_t index = byte - reinterpret_cast<std::uintptr_t>(memory);
    if (index >= sizeof(memory)) continue;
    touched.set(index);
    if (is_write) written.set(index);
    if (is_write) {
      Publish(__hbsan_hot.write_plane, written, byte);
    } else {
      Publish(__hbsan_hot.read_plane, touched, byte);
    }
  }
}

std::uintptr_t NewPlane() {
  void* plane = mmap(nullptr, (hbsan::kKeyMask + 1) / 2, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (plane == MAP_FAILED) std::abort();
  return reinterpret_cast<std::uintptr_t>(plane);
}

}  // namespace

extern "C" {

hbsan::Frame* __hbsan_attach() {
  static hbsan::Frame frames[64];
  __hbsan_hot.write_plane = NewPlane();
  __hbsan_hot.read_plane = NewPlane();
  __hbsan_hot.own_first = kLowCovered | kHighCovered | 1;
  __hbsan_hot.own_count = 1;
  return frames;
}

void Synchronise() {
  std::printf("%s %s\n", written.to_string().c_str(), touched.to_string().c_str());
  written.reset();
  touched.reset();
  ++__hbsan_hot.own_first;
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

// The runtime's interceptors.
int memcmp(const void* a, const void* b, std::size_t size) {
  Note(a, size, false);
  Note(b, size, false);
  const auto* left = static_cast<const volatile unsigned char*>(a);
  const auto* right = static_cast<const volatile unsigned char*>(b);
  for (std::size_t i = 0; i < size; ++i) {
    if (left[i] != right[i]) return left[i] < right[i] ? -1 : 1;
  }
  return 0;
}
int bcmp(const void* a, const void* b, std::size_t size) { return memcmp(a, b, size); }

void __tsan_init() {}

void __tsan_read_range(void* address, std::size_t size) { Note(address, size, false); }
void __tsan_write_range(void* address, std::size_t size) { Note(address, size, true); }
void __hbsan_read_elements(void* address, std::size_t size, std::size_t) {
  Note(address, size, false);
}
void __hbsan_write_elements(void* address, std::size_t size, std::size_t) {
  Note(address, size, true);
}

void __hbsan_read_rows(char* address, std::size_t size, std::size_t, std::size_t rows,
                       std::size_t pitch) {
  for (std::size_t row = 0; row < rows; ++row) Note(address + row * pitch, size, false);
}
void __hbsan_write_rows(char* address, std::size_t size, std::size_t, std::size_t rows,
                        std::size_t pitch) {
  for (std::size_t row = 0; row < rows; ++row) Note(address + row * pitch, size, true);
}

void __hbsan_read_strided(char* address, std::size_t size, std::size_t element,
                          std::size_t stride) {
  for (std::size_t at = 0; at < size; at += stride) Note(address + at, element, false);
}
void __hbsan_write_strided(char* address, std::size_t size, std::size_t element,
                           std::size_t stride) {
  for (std::size_t at = 0; at < size; at += stride) Note(address + at, element, true);
}

#define HBSAN_ACCESS_HOOKS(size)                                                  \
  void __tsan_read##size(void* address) { Note(address, size, false); }           \
  void __tsan_write##size(void* address) { Note(address, size, true); }           \
  void __tsan_unaligned_read##size(void* address) { Note(address, size, false); } \
  void __tsan_unaligned_write##size(void* address) { Note(address, size, true); } \
  __attribute__((preserve_all)) void __hbsan_cold_read##size(void* address) {     \
    Note(address, size, false);                                                   \
  }                                                                               \
  __attribute__((preserve_all)) void __hbsan_cold_write##size(void* address) {    \
    Note(address, size, true);                                                    \
  }                                                                               \
  __attribute__((preserve_all)) void __hbsan_read##size(void* address) {          \
    Note(address, size, false);                                                   \
  }                                                                               \
  __attribute__((preserve_all)) void __hbsan_write##size(void* address) {         \
    Note(address, size, true);                                                    \
  }
HBSAN_ACCESS_HOOKS(1)
HBSAN_ACCESS_HOOKS(2)
HBSAN_ACCESS_HOOKS(4)
HBSAN_ACCESS_HOOKS(8)
HBSAN_ACCESS_HOOKS(16)
}
