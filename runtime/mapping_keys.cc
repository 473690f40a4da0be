#include "runtime/mapping_keys.h"

#include <link.h>

#include <atomic>
#include <cstdint>

#include "detector/hot_state.h"

namespace hbsan {
namespace {

constexpr int kSliceBits = 36;
constexpr std::size_t kSlices = std::size_t{1} << (kKeyBits - kSliceBits);

// 1 + the bits above the key; 0: nobody's.
using Owner = std::atomic<std::uint8_t>;
constinit Owner owners[kSlices] = {};

std::uint8_t PartOf(Addr addr) { return static_cast<std::uint8_t>((addr >> kKeyBits) + 1); }
Owner& OwnerOf(Addr addr) { return owners[(addr & kKeyMask) >> kSliceBits]; }

bool ClaimSlice(Addr addr) {
  const std::uint8_t part = PartOf(addr);
  std::uint8_t owner = OwnerOf(addr).load(std::memory_order_relaxed);
  if (owner == 0 && OwnerOf(addr).compare_exchange_strong(owner, part, std::memory_order_relaxed)) {
    return true;
  }
  return owner == part;
}

int ClaimModule(dl_phdr_info* module, std::size_t, void*) {
  for (int i = 0; i < module->dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = module->dlpi_phdr[i];
    if (header.p_type == PT_LOAD) ClaimKeys(module->dlpi_addr + header.p_vaddr, header.p_memsz);
  }
  return 0;
}

}  // namespace

void InitializeMappingKeys() {
  dl_iterate_phdr(ClaimModule, nullptr);
  int on_stack = 0;
  ClaimKeys(reinterpret_cast<Addr>(&on_stack), sizeof(on_stack));
}

bool ClaimKeys(Addr begin, std::size_t size) {
  constexpr Addr kSlice = Addr{1} << kSliceBits;
  const Addr end = begin + size;
  for (Addr slice = begin & ~(kSlice - 1); slice < end; slice += kSlice) {
    if (!ClaimSlice(slice)) return false;
  }
  return true;
}

Addr FreeKeysBelow(Addr below, std::size_t size) {
  constexpr Addr kSlice = Addr{1} << kSliceBits;
  constexpr Addr kTop = Addr{0x7fff} << 32;
  constexpr Addr kBottom = Addr{0x5700} << 32;
  if (below == 0) below = kTop & ~(kSlice - 1);
  Addr run_end = below;
  for (Addr slice = below; slice > kBottom;) {
    slice -= kSlice;
    if (OwnerOf(slice).load(std::memory_order_relaxed) != 0) {
      run_end = slice;
    } else if (run_end - slice >= size) {
      return slice;
    }
  }
  return 0;
}

}  // namespace hbsan
