// <sanitizer/common_interface_defs.h>, as far as it is not about reports (report/sanitizer_api.cc).
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>

#include "runtime/report/modules.h"
#include "runtime/runtime.h"

namespace {

template <typename T>
T LoadUnaligned(const void* p, std::uintptr_t pc) {
  hbsan::CheckMemory(pc, hbsan::AccessKind::kRead, p, sizeof(T));
  T value;
  std::memcpy(&value, p, sizeof value);
  return value;
}

template <typename T>
void StoreUnaligned(void* p, T value, std::uintptr_t pc) {
  hbsan::CheckMemory(pc, hbsan::AccessKind::kWrite, p, sizeof(T));
  std::memcpy(p, &value, sizeof value);
}

}  // namespace

#define UNALIGNED(bits)                                                                  \
  HBSAN_ABI std::uint##bits##_t __sanitizer_unaligned_load##bits(const void* p) {        \
    return LoadUnaligned<std::uint##bits##_t>(p, HBSAN_CALLER_PC());                     \
  }                                                                                      \
  HBSAN_ABI void __sanitizer_unaligned_store##bits(void* p, std::uint##bits##_t value) { \
    StoreUnaligned(p, value, HBSAN_CALLER_PC());                                         \
  }

UNALIGNED(16)
UNALIGNED(32)
UNALIGNED(64)

// 1 to the first caller: it may end the process and say why.
HBSAN_ABI [[gnu::weak]] int __sanitizer_acquire_crash_state() {
  static constinit std::atomic<bool> acquired{false};
  return acquired.exchange(true, std::memory_order_relaxed) ? 0 : 1;
}

// 1 if the pc lies in a module, whose path (cut to `path_size`) and the pc's offset in it are
// stored.
HBSAN_ABI [[gnu::weak]] int __sanitizer_get_module_and_offset_for_pc(void* pc, char* path,
                                                                     std::size_t path_size,
                                                                     void** offset) {
  hbsan::RuntimeScope scope;
  const auto address = reinterpret_cast<hbsan::Addr>(pc);
  const hbsan::Module* module = hbsan::FindModule(address);
  if (module == nullptr) return 0;
  if (path != nullptr && path_size > 0) {
    const std::size_t length = std::min(path_size - 1, module->path.size());
    std::memcpy(path, module->path.data(), length);
    path[length] = '\0';
  }
  *offset = reinterpret_cast<void*>(address - module->bias);
  return 1;
}
