// Vector clocks as persistent trees (copy on write, shared subtrees), after the idea of tree clocks
// (Mathur et al., ASPLOS 2022): taking a copy is O(1), a join costs what differs, and a column
// costs nothing where it is equal to the parent's.
//
// A clock of few columns is one leaf (clock_leaf.h), of a size that grows with them; above the
// largest, inner nodes have 16 children. Nodes are reference counted; a node with one reference
// belongs to the one clock that holds it and is changed in place.
//
// A node says, if it can, who made it and when: the maker knew all that it holds, at that epoch. A
// clock that covers the epoch covers the node, without a look at it (what makes tree clocks fast).
#ifndef HBSAN_DETECTOR_VECTOR_CLOCK_H_
#define HBSAN_DETECTOR_VECTOR_CLOCK_H_

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "detector/clock_leaf.h"
#include "detector/memory.h"
#include "detector/types.h"

namespace hbsan {

inline constexpr int kClockFanout = 16;
inline constexpr Tid kNoTid{~0u};

// A tree of height h is of the tids below 2^ColumnBits(h).
constexpr std::uint32_t ColumnBits(std::uint32_t height) {
  return height <= kLeafHeights ? 2 + 2 * height : 4 * height - 4;
}
static_assert(1u << ColumnBits(kLeafHeights) == kMostLeafColumns);

struct ClockInner : ClockNode {
  std::uint32_t children[kClockFanout];
  // A node of the same height that was joined into this one and so adds nothing; 0: none. Many
  // threads that share a subtree are joined into one clock: only the first costs anything. The
  // node is held, and its own `joined` is 0.
  std::atomic<std::uint32_t> joined;
};

// A handle. Copying it takes no reference: see ClockTrees.
//
// The column that was raised last stands in the handle itself (`recent`; the tree may say less):
// two threads that hand something to and fro need no tree, and a started one shares its parent's.
class VectorClock {
 public:
  bool empty() const { return tree_ == 0 && recent().empty(); }
  Epoch recent() const { return Epoch::FromBits(recent_low_ | std::uint64_t{recent_high_} << 32); }
  // The same value, found without a look at it; clocks may be equal and not identical.
  friend bool operator==(const VectorClock&, const VectorClock&) = default;

 private:
  friend class ClockTrees;
  static constexpr std::uint32_t kRootBits = 28;

  // Height 0: no tree, all columns are 0.
  std::uint32_t root() const { return tree_ & ((1u << kRootBits) - 1); }
  std::uint32_t height() const { return tree_ >> kRootBits; }
  void SetTree(std::uint32_t root, std::uint32_t height) { tree_ = height << kRootBits | root; }
  void SetRecent(Epoch e) {
    recent_low_ = static_cast<std::uint32_t>(e.bits());
    recent_high_ = static_cast<std::uint32_t>(e.bits() >> 32);
  }

  std::uint32_t tree_ = 0;
  std::uint32_t recent_low_ = 0;  // in halves, so that the handle takes 12 bytes
  std::uint32_t recent_high_ = 0;
};
static_assert(sizeof(VectorClock) == 12);

// A thread's private supply of nodes.
struct ClockNodeCache {
  ClockLeaves::Cache leaves;
  PoolCache<ClockInner> inners;
};

// Who joins something into a clock.
struct ClockJoiner {
  Tid own = kNoTid;  // the column whose true value the caller keeps elsewhere
  Epoch maker;       // of the result: see ClockTrees
  Epoch last;        // if not empty: whoever covers it covers the clock as it was before
};

// All nodes of a detector. Thread safe as long as each VectorClock is used by one thread at a time.
class ClockTrees {
 public:
  // `tid_generation`: TidPool's.
  void Init(const Host& host, const std::atomic<std::uint32_t>& tid_generation);

  Clock Get(const VectorClock& v, Tid tid) const {
    const Epoch recent = v.recent();
    const Clock in_tree = GetInTree(v, tid);
    return recent.tid() == tid ? std::max(recent.clock(), in_tree) : in_tree;
  }
  // `maker` of what follows: an epoch that whoever covers it covers the result, too; empty if there
  // is none: of a thread whose clock it is, the present epoch. What that says of its own column is
  // of no account.

  // Raises the column to at least `clock`. True if it changed.
  bool Raise(ClockNodeCache& cache, VectorClock& v, Tid tid, Clock clock, Epoch maker = {}) {
    if (Get(v, tid) >= clock) return false;
    RaiseUncovered(cache, v, {tid, clock}, maker);
    return true;
  }
  // The same, but for what the handle itself has.
  bool RaiseBelow(ClockNodeCache& cache, VectorClock& v, Epoch e, Epoch maker) {
    if (e.tid() == v.recent().tid()) return Raise(cache, v, e.tid(), e.clock(), maker);
    return RaiseInTree(cache, v, e, maker);
  }
  // into := into ⊔ from, but for the joiner's own column, where `into` may have any value that it
  // or `from` had. False only if that changes nothing. `given_up`: `from` itself, if nobody else
  // uses it and it is only to be dropped afterwards.
  bool Join(ClockNodeCache& cache, VectorClock& into, const VectorClock& from,
            const ClockJoiner& joiner = {}, VectorClock* given_up = nullptr) {
    if (from.empty() || into == from) return false;
    if (into.empty()) {
      into = Share(from);
      return true;
    }
    bool changed = false;
    if (from.height() != 0 && into.tree_ != from.tree_ && !CoversSmall(into, from, joiner.own)) {
      if (!joiner.last.empty() && Get(from, joiner.last.tid()) >= joiner.last.clock()) {
        ReplaceAll(cache, into, from, given_up);
        return true;
      }
      changed = JoinTrees(cache, into, from, joiner, given_up);
    }
    const Epoch recent = from.recent();
    if (!recent.empty() && recent.tid() != joiner.own) {
      changed |= Raise(cache, into, recent.tid(), recent.clock(), joiner.maker);
    }
    return changed;
  }
  // The same value, in a form that is cheap to share with many that are raised once: such a handle
  // then needs no node of its own.
  void Settle(ClockNodeCache& cache, VectorClock& v, Epoch maker) {
    const Epoch recent = v.recent();
    v.SetRecent({});
    if (!recent.empty() && recent.tid() != maker.tid()) RaiseInTree(cache, v, recent, maker);
  }
  // A second handle on the same value.
  VectorClock Share(const VectorClock& v) {
    if (v.height() != 0) Reference(v.root(), v.height());
    return v;
  }
  // The same of a clock of which nobody else takes one meanwhile.
  VectorClock ShareOwn(const VectorClock& v) {
    if (v.height() != 0) {
      std::atomic<std::uint32_t>& references = NodeAt(v.root(), v.height()).references;
      if (references.load(std::memory_order_relaxed) == 1) {
        references.store(2, std::memory_order_relaxed);  // nobody else knows the node
      } else {
        references.fetch_add(1, std::memory_order_relaxed);
      }
    }
    return v;
  }
  // Gives up a handle; `v` becomes empty.
  void Drop(ClockNodeCache& cache, VectorClock& v) {
    if (v.height() != 0) Release(cache, v.root(), v.height());
    v = {};
  }
  void Flush(ClockNodeCache& cache);

  std::uint32_t live_nodes() const { return leaves_.live() + inners_.live(); }

 private:
  // A join in progress; `root` is that of what was `into`.
  struct Joining {
    ClockNodeCache& cache;
    std::uint32_t root;
    const std::uint32_t height;
    const Epoch recent;
    const VectorClock& from;
    const Epoch maker;
    bool changed = false;
    std::uint32_t next = 0;  // columns from here on are still what they were
  };

  Clock GetInTree(const VectorClock& v, Tid tid) const {
    return GetInTree(v.root(), v.height(), tid);
  }
  Clock GetInTree(std::uint32_t node, std::uint32_t height, Tid tid) const {
    if (height - 1 < kLeafHeights) [[likely]] {
      if (tid.value >= LeafColumns(height)) return {0};
      return leaves_.Get(node, height, tid.value);
    }
    return height == 0 ? Clock{0} : GetInInner(node, height, tid);
  }
  Clock GetInInner(std::uint32_t node, std::uint32_t height, Tid tid) const;
  void RaiseUncovered(ClockNodeCache& cache, VectorClock& v, Epoch e, Epoch maker);
  bool RaiseInTree(ClockNodeCache& cache, VectorClock& v, Epoch e, Epoch maker);
  // Whether the tree of a clock covers that of another, if few instructions can tell.
  bool CoversSmall(const VectorClock& v, const VectorClock& of, Tid own) const {
    const std::uint32_t height = v.height();
    return height == of.height() && IsSmall(height) &&
           leaves_.Covers(v.root(), height, of.root(), height, own.value);
  }
  static bool IsSmall(std::uint32_t height) { return height - 1 < kSmallHeights; }
  void ReplaceAll(ClockNodeCache& cache, VectorClock& into, const VectorClock& from,
                  VectorClock* given_up);
  bool JoinTrees(ClockNodeCache& cache, VectorClock& into, const VectorClock& from,
                 const ClockJoiner& joiner, VectorClock* given_up);
  bool JoinSmall(ClockNodeCache& cache, VectorClock& into, const VectorClock& from,
                 const ClockJoiner& joiner, VectorClock* given_up);
  void Reference(std::uint32_t node, std::uint32_t height) {
    NodeAt(node, height).references.fetch_add(1, std::memory_order_relaxed);
  }
  void Release(ClockNodeCache& cache, std::uint32_t node, std::uint32_t height) {
    if (node == 0) return;
    // Whoever frees the node comes after all that the other holders read of it.
    std::atomic<std::uint32_t>& references = NodeAt(node, height).references;
    if (references.load(std::memory_order_acquire) == 1 ||
        references.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      Free(cache, node, height);
    }
  }
  void Free(ClockNodeCache& cache, std::uint32_t node, std::uint32_t height);
  ClockNode& NodeAt(std::uint32_t node, std::uint32_t height) {
    if (height <= kLeafHeights) return leaves_.At(node, height);
    return inners_[node];
  }
  const ClockNode& NodeAt(std::uint32_t node, std::uint32_t height) const {
    return const_cast<ClockTrees*>(this)->NodeAt(node, height);
  }
  // Consume a reference on `node`, and return one on a node of the same contents (0: all zero) that
  // nobody else holds.
  std::uint32_t OwnedLeaf(ClockNodeCache& cache, std::uint32_t node, std::uint32_t height,
                          Epoch maker);
  std::uint32_t OwnedInner(ClockNodeCache& cache, std::uint32_t node, std::uint32_t height,
                           Epoch maker);
  void GrowTo(ClockNodeCache& cache, VectorClock& v, std::uint32_t height, Epoch maker);
  void GrowLeaf(ClockNodeCache& cache, VectorClock& v, std::uint32_t height);
  bool IsOwned(const ClockNode& node) const {
    return node.references.load(std::memory_order_acquire) == 1;
  }
  void SetMaker(ClockNode& node, Epoch maker) const {
    node.made = maker;
    node.generation = generation_->load(std::memory_order_relaxed);
  }
  // The epoch that tells who covers the node; empty if there is none.
  Epoch MakerOf(const ClockNode& node) const {
    return node.generation == generation_->load(std::memory_order_relaxed) ? node.made : Epoch();
  }
  // Whether what was `into` covered the epoch, and so all that its maker knew; false if that is no
  // longer to be seen.
  bool CoversByMaker(const Joining& j, Epoch made) const;
  bool HasJoined(std::uint32_t node, std::uint32_t from) const {
    return inners_[node].joined.load(std::memory_order_relaxed) == from;
  }
  // `node`, of `height`, is not shared.
  void NoteJoined(ClockNodeCache& cache, std::uint32_t node, std::uint32_t height,
                  std::uint32_t from);
  void ForgetJoined(ClockNodeCache& cache, std::uint32_t node, std::uint32_t height);
  // `into` is the place of a reference on a node, for the columns from j.next on. `own` is kNoTid
  // below nodes without its column.
  void JoinNodes(Joining& j, std::uint32_t& into, std::uint32_t into_height, std::uint32_t from,
                 std::uint32_t from_height, Tid own);
  bool JoinByMaker(Joining& j, std::uint32_t& into, std::uint32_t from, std::uint32_t height);
  void JoinLeaves(Joining& j, std::uint32_t& into, std::uint32_t into_height, std::uint32_t from,
                  std::uint32_t from_height, Tid own);
  void MergeLeaves(ClockNodeCache& cache, std::uint32_t& into, std::uint32_t into_height,
                   std::uint32_t from, std::uint32_t from_height, Epoch maker);
  void JoinChildren(Joining& j, std::uint32_t& into, std::uint32_t into_height, std::uint32_t from,
                    std::uint32_t from_height, Tid own);
  void Replace(Joining& j, std::uint32_t& into, std::uint32_t from, std::uint32_t height);
  bool NodeCovers(const Joining& j, std::uint32_t node, std::uint32_t height, std::uint32_t from,
                  std::uint32_t from_height, Tid own) const;
  void RaiseIn(ClockNodeCache& cache, std::uint32_t& node, std::uint32_t height, Epoch e,
               Epoch maker);

  static constexpr std::uint32_t kSmallHeights = 2;

  ClockLeaves leaves_;
  Pool<ClockInner> inners_;
  const std::atomic<std::uint32_t>* generation_ = nullptr;
};

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_VECTOR_CLOCK_H_
