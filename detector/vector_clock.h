// Vector clocks as persistent trees (copy on write, shared subtrees), after the idea of tree clocks
// (Mathur et al., ASPLOS 2022): taking a copy is O(1), a join costs what differs, and a column
// costs nothing where it is equal to the parent's.
//
// A tree of height h covers the tids below 16^h: leaves hold 16 clocks, inner nodes 16 children.
// Nodes are reference counted; a node with one reference belongs to the one clock that holds it and
// is changed in place.
#ifndef HBSAN_DETECTOR_VECTOR_CLOCK_H_
#define HBSAN_DETECTOR_VECTOR_CLOCK_H_

#include <atomic>
#include <cstdint>

#include "detector/memory.h"
#include "detector/types.h"

namespace hbsan {

inline constexpr int kClockFanout = 16;

struct ClockLeaf {
  std::atomic<std::uint32_t> references;
  std::uint64_t clocks[kClockFanout];
};

struct ClockInner {
  std::atomic<std::uint32_t> references;
  std::uint32_t children[kClockFanout];
};

// A handle; height 0 is the empty clock, in which every column is 0. Copying the handle takes no
// reference: see ClockTrees.
struct VectorClock {
  std::uint32_t root = 0;
  std::uint32_t height = 0;
  bool empty() const { return height == 0; }
};

// A thread's private supply of nodes.
struct ClockNodeCache {
  PoolCache<ClockLeaf> leaves;
  PoolCache<ClockInner> inners;
};

// All nodes of a detector. Thread safe as long as each VectorClock is used by one thread at a time.
class ClockTrees {
 public:
  void Init(const Host& host);

  Clock Get(VectorClock v, Tid tid) const {
    std::uint32_t height = v.height;
    if (height == 0 || tid.value >> (4 * height) != 0) return {0};
    std::uint32_t node = v.root;
    while (--height > 0) {
      node = inners_[node].children[(tid.value >> (4 * height)) % kClockFanout];
      if (node == 0) return {0};
    }
    return {leaves_[node].clocks[tid.value % kClockFanout]};
  }
  // Raises the column to at least `clock`. True if it changed.
  bool Raise(ClockNodeCache& cache, VectorClock& v, Tid tid, Clock clock);
  // into := into ⊔ from. True if it changed.
  bool Join(ClockNodeCache& cache, VectorClock& into, VectorClock from);
  // A second handle on the same value.
  VectorClock Share(VectorClock v);
  // Gives up a handle; `v` becomes empty.
  void Drop(ClockNodeCache& cache, VectorClock& v);
  void Flush(ClockNodeCache& cache);

  std::uint32_t live_nodes() const { return leaves_.live() + inners_.live(); }

 private:
  void Reference(std::uint32_t node, std::uint32_t height);
  void Release(ClockNodeCache& cache, std::uint32_t node, std::uint32_t height);
  std::uint32_t OwnedLeaf(ClockNodeCache& cache, std::uint32_t node);
  std::uint32_t OwnedInner(ClockNodeCache& cache, std::uint32_t node, std::uint32_t height);
  void GrowTo(ClockNodeCache& cache, VectorClock& v, std::uint32_t height);
  std::uint32_t JoinNodes(ClockNodeCache& cache, std::uint32_t into, std::uint32_t into_height,
                          std::uint32_t from, std::uint32_t from_height, bool& changed);
  bool NodeCovers(std::uint32_t node, std::uint32_t height, std::uint32_t from,
                  std::uint32_t from_height) const;
  std::uint32_t RaiseIn(ClockNodeCache& cache, std::uint32_t node, std::uint32_t height, Tid tid,
                        Clock clock);
  std::uint32_t JoinLeaves(ClockNodeCache& cache, std::uint32_t into, std::uint32_t from,
                           bool& changed);

  Pool<ClockLeaf> leaves_;
  Pool<ClockInner> inners_;
};

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_VECTOR_CLOCK_H_
