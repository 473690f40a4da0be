#include "runtime/address_space.h"

#include <cstdint>

#include "runtime/sys.h"

namespace hbsan {
namespace {

constexpr std::uintptr_t kFirst = std::uintptr_t{0x1000} << 32;
constexpr std::uintptr_t kLast = std::uintptr_t{0x5500} << 32;
constexpr std::uintptr_t kStep = std::uintptr_t{1} << 32;

std::uintptr_t next = kFirst;

}  // namespace

void* ReserveAddressSpace(std::size_t bytes) {
  constexpr std::uintptr_t kAlignment = std::uintptr_t{2} << 20;
  bytes = (bytes + kAlignment - 1) & ~(kAlignment - 1);
  while (next + bytes <= kLast) {
    if (void* p = sys::MapAt(next, bytes)) {
      next += bytes;
      return p;
    }
    // Somebody is there, or the system refuses so much: smaller steps find out which.
    if (void* page = sys::MapAt(next, 4096)) {
      sys::Unmap(page, 4096);
      break;
    }
    next += kStep;
  }
  sys::Fatal(
      "cannot reserve address space for shadow memory: lift the limit on virtual memory (ulimit -v "
      "unlimited) and set vm.overcommit_memory to 0 or 1");
}

void CheckAddressSpace() {}

}  // namespace hbsan
