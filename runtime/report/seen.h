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

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_SEEN_H_
