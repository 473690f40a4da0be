// The leaves of vector clocks: 16, 64 or 256 adjacent columns, 31 bits each, so that a join is a
// few instructions for each 16 bytes. What does not fit, of a thread that released 2^31 times, is
// in a second leaf of the same size.
#ifndef HBSAN_DETECTOR_CLOCK_LEAF_H_
#define HBSAN_DETECTOR_CLOCK_LEAF_H_

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "detector/memory.h"
#include "detector/types.h"

namespace hbsan {

struct ClockNode {
  std::atomic<std::uint32_t> references;
  std::uint32_t generation;  // of tids, that `made` is of; a free node's link
  Epoch made;                // whoever covers it covers this node; empty: not known

  static constexpr std::uint32_t ClockNode::* kFreeLink = &ClockNode::generation;

  void CopyMaker(const ClockNode& node) {
    made = node.made;
    generation = node.generation;
  }
};

// Trees of these heights are one leaf; higher ones have leaves of the last.
inline constexpr std::uint32_t kLeafHeights = 3;
constexpr std::uint32_t LeafColumns(std::uint32_t height) { return 4u << (2 * height); }
inline constexpr std::uint32_t kMostLeafColumns = LeafColumns(kLeafHeights);

struct ClockLeaf : ClockNode {
  static constexpr int kLowBits = 31;

  std::uint32_t high;  // the leaf of the clocks' upper bits, which nobody else holds; 0: all are 0

  // LeafColumns(height) of them follow.
  std::int32_t* low() { return reinterpret_cast<std::int32_t*>(this + 1); }
  const std::int32_t* low() const { return reinterpret_cast<const std::int32_t*>(this + 1); }
};

template <std::uint32_t kHeight>
struct ClockLeafOf : ClockLeaf {
  std::int32_t columns[LeafColumns(kHeight)];
};

// The leaves of all heights, by height and index. Thread safe; a leaf is used by its holders.
class ClockLeaves {
 public:
  // A thread's own few free ones.
  struct Cache {
    PoolCache<ClockLeafOf<1>> smallest;
    PoolCache<ClockLeafOf<2>> middle;
    PoolCache<ClockLeafOf<3>> largest;
  };

  void Init(const Host& host);
  // One reference, clocks as its last user left them.
  std::uint32_t Allocate(Cache& cache, std::uint32_t height);
  void Free(Cache& cache, std::uint32_t leaf, std::uint32_t height);
  void Flush(Cache& cache);
  std::uint32_t live() const { return smallest_.live() + middle_.live() + largest_.live(); }

  ClockLeaf& At(std::uint32_t leaf, std::uint32_t height) {
    return *reinterpret_cast<ClockLeaf*>(places_[height].first + leaf * places_[height].bytes);
  }
  const ClockLeaf& At(std::uint32_t leaf, std::uint32_t height) const {
    return const_cast<ClockLeaves*>(this)->At(leaf, height);
  }
  Clock Get(std::uint32_t leaf, std::uint32_t height, std::uint32_t column) const {
    const ClockLeaf& l = At(leaf, height);
    const auto low = static_cast<std::uint64_t>(l.low()[column]);
    if (l.high == 0) [[likely]]
      return {low};
    const auto high = static_cast<std::uint64_t>(At(l.high, height).low()[column]);
    return {high << ClockLeaf::kLowBits | low};
  }
  void Set(Cache& cache, std::uint32_t leaf, std::uint32_t height, std::uint32_t column,
           Clock clock);
  // All columns of `leaf` from those of `from`, which is not larger; the others are 0.
  void Copy(Cache& cache, std::uint32_t leaf, std::uint32_t height, std::uint32_t from,
            std::uint32_t from_height);
  void Clear(std::uint32_t leaf, std::uint32_t height);
  // from ⊑ leaf, where from is not larger, but for one column (any other number: none).
  bool Covers(std::uint32_t leaf, std::uint32_t height, std::uint32_t from,
              std::uint32_t from_height, std::uint32_t but) const;
  // to := a ⊔ b, of which b is not larger and the others are of one size; `to` may be a.
  void Join(Cache& cache, std::uint32_t to, std::uint32_t a, std::uint32_t height, std::uint32_t b,
            std::uint32_t b_height);

 private:
  struct Place {
    char* first;
    std::size_t bytes;
  };
  void JoinHigh(Cache& cache, std::uint32_t to, std::uint32_t a, std::uint32_t height,
                std::uint32_t b, std::uint32_t b_height);
  bool CoversHigh(std::uint32_t leaf, std::uint32_t height, std::uint32_t from,
                  std::uint32_t from_height, std::uint32_t but) const;

  Pool<ClockLeafOf<1>> smallest_;
  Pool<ClockLeafOf<2>> middle_;
  Pool<ClockLeafOf<3>> largest_;
  Place places_[kLeafHeights + 1] = {};  // by height
};

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_CLOCK_LEAF_H_
