// Sets of what was reported, so that nothing is reported twice. They only grow.
#ifndef HBSAN_RUNTIME_REPORT_SEEN_H_
#define HBSAN_RUNTIME_REPORT_SEEN_H_

#include <cstddef>
#include <cstdint>

#include "detector/types.h"

namespace hbsan {

// Not thread safe. Holds any number but 0.
class SeenSet {
 public:
  // True if `key` was not in the set.
  bool Insert(std::uint64_t key);
  void Clear();

 private:
  void Grow();
  std::uint64_t* Slot(std::uint64_t key) const;

  std::uint64_t* slots_ = nullptr;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
};

// One number for an unordered pair of stacks.
inline std::uint64_t PairKey(StackId a, StackId b) {
  const std::uint64_t low = a.value < b.value ? a.value : b.value;
  const std::uint64_t high = a.value < b.value ? b.value : a.value;
  return high << 32 | low;
}

// The same for a report that belongs to runs of tests (ThreadInfo::test; null: none): a test that
// runs again, or another one, makes another number of the same stacks.
inline std::uint64_t KeyInTests(std::uint64_t key, const char* a, const char* b) {
  const auto sum = reinterpret_cast<std::uintptr_t>(a) + reinterpret_cast<std::uintptr_t>(b);
  return sum == 0 ? key : (key ^ sum * 0x9E3779B97F4A7C15u) | 1;
}

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_SEEN_H_
