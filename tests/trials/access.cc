#include "tests/trials/access.h"

#include <cstdint>

#include "tests/trials/threads.h"

namespace hbsan::trials {
namespace {

template <typename T>
struct [[gnu::packed]] AnyAlignment {
  volatile T value;
};

template <typename T>
[[gnu::always_inline]] inline void Write(void* p) {
  static_cast<AnyAlignment<T>*>(p)->value = 1;
}

template <typename T>
[[gnu::always_inline]] inline void Read(void* p) {
  (void)static_cast<AnyAlignment<T>*>(p)->value;
}

const void* Address(AccessFunction f) { return reinterpret_cast<const void*>(f); }
const void* Address(void (*f)(AccessFunction, void*)) { return reinterpret_cast<const void*>(f); }

}  // namespace

HBSAN_TRIAL_FUNCTION void Write1(void* p) { Write<std::uint8_t>(p); }
HBSAN_TRIAL_FUNCTION void Write2(void* p) { Write<std::uint16_t>(p); }
HBSAN_TRIAL_FUNCTION void Write4(void* p) { Write<std::uint32_t>(p); }
HBSAN_TRIAL_FUNCTION void Write8(void* p) { Write<std::uint64_t>(p); }
HBSAN_TRIAL_FUNCTION void Read1(void* p) { Read<std::uint8_t>(p); }
HBSAN_TRIAL_FUNCTION void Read2(void* p) { Read<std::uint16_t>(p); }
HBSAN_TRIAL_FUNCTION void Read4(void* p) { Read<std::uint32_t>(p); }
HBSAN_TRIAL_FUNCTION void Read8(void* p) { Read<std::uint64_t>(p); }
HBSAN_TRIAL_FUNCTION void WriteAligned8(void* p) { *static_cast<volatile std::uint64_t*>(p) = 1; }
HBSAN_TRIAL_FUNCTION void ReadAligned8(void* p) { (void)*static_cast<volatile std::uint64_t*>(p); }

HBSAN_TRIAL_FUNCTION void FirstInner(AccessFunction access, void* p) { access(p); }
HBSAN_TRIAL_FUNCTION void AsFirst(AccessFunction access, void* p) { FirstInner(access, p); }
HBSAN_TRIAL_FUNCTION void SecondInner(AccessFunction access, void* p) { access(p); }
HBSAN_TRIAL_FUNCTION void AsSecond(AccessFunction access, void* p) { SecondInner(access, p); }
HBSAN_TRIAL_FUNCTION void AsBystander(AccessFunction access, void* p) { access(p); }

HBSAN_TRIAL_FUNCTION void AsFirstNested(std::size_t depth, AccessFunction access, void* p) {
  if (depth == 1) {
    AsFirst(access, p);
  } else {
    AsFirstNested(depth - 1, access, p);
  }
}

Stack FirstStack(AccessFunction access, void (*body)(void*), std::size_t depth) {
  return {.inner = {Address(access), Address(FirstInner), Address(AsFirst)},
          .nested = depth,
          .nest = reinterpret_cast<const void*>(AsFirstNested),
          .outer = {Address(body), ThreadEntryAddress()}};
}

Stack SecondStack(AccessFunction access, void (*body)(void*)) {
  return {.inner = {Address(access), Address(SecondInner), Address(AsSecond)},
          .outer = {Address(body), ThreadEntryAddress()}};
}

}  // namespace hbsan::trials
