#include "detector/vector_clock.h"

#include <algorithm>
#include <utility>

namespace hbsan {
namespace {

std::uint32_t Digit(Tid tid, std::uint32_t height) {
  return (tid.value >> (4 * (height - 1))) % kClockFanout;
}

// `own`, if its column is below the i-th child of a node of `height` that holds it.
Tid OwnIn(Tid own, std::uint32_t i, std::uint32_t height) {
  return own != kNoTid && Digit(own, height) == i ? own : kNoTid;
}

// `own`, if its column is in a tree of `height`.
Tid OwnInTree(Tid own, std::uint32_t height) {
  return own.value >> (4 * height) == 0 ? own : kNoTid;
}

bool LeafCovers(const ClockLeaf& leaf, const ClockLeaf& from, Tid own) {
  const std::uint32_t but = own == kNoTid ? kClockFanout : Digit(own, 1);
  for (std::uint32_t i = 0; i < kClockFanout; ++i) {
    if (from.clocks[i] > leaf.clocks[i] && i != but) return false;
  }
  return true;
}

}  // namespace

void ClockTrees::Init(const Host& host) {
  leaves_.Init(host, 1u << 26, "too many vector clock leaves");
  inners_.Init(host, 1u << 26, "too many vector clock nodes");
}

VectorClock ClockTrees::Share(const VectorClock& v) {
  if (v.height() != 0) Reference(v.root(), v.height());
  return v;
}

void ClockTrees::Drop(ClockNodeCache& cache, VectorClock& v) {
  if (v.height() != 0) Release(cache, v.root(), v.height());
  v = {};
}

void ClockTrees::Flush(ClockNodeCache& cache) {
  cache.leaves.Flush(leaves_);
  cache.inners.Flush(inners_);
}

bool ClockTrees::Raise(ClockNodeCache& cache, VectorClock& v, Tid tid, Clock clock) {
  if (Get(v, tid) >= clock) return false;
  const Epoch recent = v.recent();
  if (!recent.empty() && recent.tid() != tid) {
    if (v.height() == 1 && tid.value < kClockFanout && IsOwnedLeaf(v.root())) {
      leaves_[v.root()].clocks[tid.value] = clock.value;
      return true;
    }
    RaiseInTree(cache, v, recent);
  }
  v.SetRecent({tid, clock});
  return true;
}

void ClockTrees::RaiseInTree(ClockNodeCache& cache, VectorClock& v, Epoch e) {
  if (GetInTree(v, e.tid()) >= e.clock()) return;
  std::uint32_t height = 1;
  while (e.tid().value >> (4 * height) != 0) ++height;
  GrowTo(cache, v, height);
  v.SetTree(RaiseIn(cache, v.root(), v.height(), e.tid(), e.clock()), v.height());
}

bool ClockTrees::Join(ClockNodeCache& cache, VectorClock& into, const VectorClock& from, Tid own) {
  if (from.empty() || into == from) return false;
  if (into.empty()) {
    into = Share(from);
    return true;
  }
  bool changed = from.height() != 0 && into.tree_ != from.tree_ &&
                 JoinTrees(cache, into, from, own);
  const Epoch recent = from.recent();
  if (!recent.empty() && recent.tid() != own) {
    changed |= Raise(cache, into, recent.tid(), recent.clock());
  }
  return changed;
}

// Of two different trees, of which `from` has one.
bool ClockTrees::JoinTrees(ClockNodeCache& cache, VectorClock& into, const VectorClock& from,
                           Tid own) {
  if (into.height() == 0) {
    Reference(from.root(), from.height());
    into.tree_ = from.tree_;
    return true;
  }
  bool changed = false;
  GrowTo(cache, into, from.height());
  const std::uint32_t root = JoinNodes(cache, into.root(), into.height(), from.root(),
                                       from.height(), OwnInTree(own, into.height()), changed);
  into.SetTree(root, into.height());
  return changed;
}

void ClockTrees::NoteJoined(ClockNodeCache& cache, std::uint32_t node, std::uint32_t height,
                            std::uint32_t from) {
  ForgetJoined(cache, node, height);
  ForgetJoined(cache, from, height);  // else one would hold the next, without end
  Reference(from, height);
  inners_[node].joined.store(from, std::memory_order_relaxed);
}

void ClockTrees::ForgetJoined(ClockNodeCache& cache, std::uint32_t node, std::uint32_t height) {
  std::atomic<std::uint32_t>& joined = inners_[node].joined;
  if (joined.load(std::memory_order_relaxed) == 0) return;
  const std::uint32_t held = joined.exchange(0, std::memory_order_relaxed);
  Release(cache, held, height);
}

void ClockTrees::Reference(std::uint32_t node, std::uint32_t height) {
  auto& references = height == 1 ? leaves_[node].references : inners_[node].references;
  references.fetch_add(1, std::memory_order_relaxed);
}

void ClockTrees::Release(ClockNodeCache& cache, std::uint32_t node, std::uint32_t height) {
  if (node == 0) return;
  auto& references = height == 1 ? leaves_[node].references : inners_[node].references;
  // acq_rel: whoever frees the node comes after all that the other holders read of it.
  if (references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  if (height == 1) {
    cache.leaves.Free(leaves_, node);
    return;
  }
  ForgetJoined(cache, node, height);
  for (const std::uint32_t child : inners_[node].children) Release(cache, child, height - 1);
  cache.inners.Free(inners_, node);
}

// A leaf of the same clocks that the caller may change. Consumes the caller's reference on `node`
// (0: all zero).
std::uint32_t ClockTrees::OwnedLeaf(ClockNodeCache& cache, std::uint32_t node) {
  if (node != 0 && IsOwnedLeaf(node)) return node;
  const std::uint32_t copy = cache.leaves.Allocate(leaves_);
  leaves_[copy].references.store(1, std::memory_order_relaxed);
  if (node == 0) {
    std::fill_n(leaves_[copy].clocks, kClockFanout, 0);
  } else {
    __builtin_memcpy_inline(leaves_[copy].clocks, leaves_[node].clocks, sizeof(ClockLeaf::clocks));
    Release(cache, node, 1);
  }
  return copy;
}

// The same for an inner node of `height`, whose children get one more reference.
std::uint32_t ClockTrees::OwnedInner(ClockNodeCache& cache, std::uint32_t node,
                                     std::uint32_t height) {
  if (node != 0 && inners_[node].references.load(std::memory_order_acquire) == 1) return node;
  const std::uint32_t copy = cache.inners.Allocate(inners_);
  inners_[copy].references.store(1, std::memory_order_relaxed);
  inners_[copy].joined.store(0, std::memory_order_relaxed);
  if (node == 0) {
    std::fill_n(inners_[copy].children, kClockFanout, 0);
    return copy;
  }
  for (int i = 0; i < kClockFanout; ++i) {
    const std::uint32_t child = inners_[node].children[i];
    if (child != 0) Reference(child, height - 1);
    inners_[copy].children[i] = child;
  }
  Release(cache, node, height);
  return copy;
}

void ClockTrees::GrowTo(ClockNodeCache& cache, VectorClock& v, std::uint32_t height) {
  if (v.height() == 0) {
    v.SetTree(height == 1 ? OwnedLeaf(cache, 0) : OwnedInner(cache, 0, height), height);
    return;
  }
  while (v.height() < height) {
    const std::uint32_t root = OwnedInner(cache, 0, v.height() + 1);
    inners_[root].children[0] = v.root();
    v.SetTree(root, v.height() + 1);
  }
}

// Consumes the reference on `node` and returns one on the node that takes its place.
std::uint32_t ClockTrees::RaiseIn(ClockNodeCache& cache, std::uint32_t node, std::uint32_t height,
                                  Tid tid, Clock clock) {
  if (height == 1) {
    node = OwnedLeaf(cache, node);
    leaves_[node].clocks[Digit(tid, 1)] = clock.value;
    return node;
  }
  node = OwnedInner(cache, node, height);
  std::uint32_t& child = inners_[node].children[Digit(tid, height)];
  child = RaiseIn(cache, child, height - 1, tid, clock);
  return node;
}

// into ⊔ from, where from's tids are those of the leftmost subtree of its height. Consumes the
// reference on `into`.
std::uint32_t ClockTrees::JoinNodes(ClockNodeCache& cache, std::uint32_t into,
                                    std::uint32_t into_height, std::uint32_t from,
                                    std::uint32_t from_height, Tid own, bool& changed) {
  if (from == 0 || (into == from && into_height == from_height)) return into;
  if (into == 0 && into_height == from_height) {
    Reference(from, from_height);
    changed = true;
    return from;
  }
  if (into_height == 1) return JoinLeaves(cache, into, from, own, changed);
  const bool leftmost_only = into_height > from_height;
  if (into != 0) {
    if (!leftmost_only && HasJoined(into, from)) return into;
    // A node that others hold too is not copied for nothing.
    if (IsShared(into) && NodeCovers(into, into_height, from, from_height, own)) return into;
  }
  for (int i = 0; i < (leftmost_only ? 1 : kClockFanout); ++i) {
    const std::uint32_t source = leftmost_only ? from : inners_[from].children[i];
    const std::uint32_t source_height = leftmost_only ? from_height : from_height - 1;
    if (source == 0) continue;
    if (into != 0 && !leftmost_only && inners_[into].children[i] == source) continue;
    // The child is detached while it is joined, so that its reference count tells whether anybody
    // else holds it.
    into = OwnedInner(cache, into, into_height);
    const std::uint32_t child = std::exchange(inners_[into].children[i], 0);
    inners_[into].children[i] =
        JoinNodes(cache, child, into_height - 1, source, source_height,
                  OwnIn(own, static_cast<std::uint32_t>(i), into_height), changed);
  }
  if (!leftmost_only && !IsShared(into)) NoteJoined(cache, into, into_height, from);
  return into;
}

// from ⊑ node, for the same heights as in JoinNodes.
bool ClockTrees::NodeCovers(std::uint32_t node, std::uint32_t height, std::uint32_t from,
                            std::uint32_t from_height, Tid own) const {
  if (from == 0 || (node == from && height == from_height)) return true;
  if (node == 0) return false;
  if (height == from_height && height > 1 && HasJoined(node, from)) return true;
  if (height > from_height) {
    return NodeCovers(inners_[node].children[0], height - 1, from, from_height,
                      OwnIn(own, 0, height));
  }
  if (height == 1) return LeafCovers(leaves_[node], leaves_[from], own);
  for (std::uint32_t i = 0; i < kClockFanout; ++i) {
    if (!NodeCovers(inners_[node].children[i], height - 1, inners_[from].children[i], height - 1,
                    OwnIn(own, i, height))) {
      return false;
    }
  }
  return true;
}

std::uint32_t ClockTrees::JoinLeaves(ClockNodeCache& cache, std::uint32_t into, std::uint32_t from,
                                     Tid own, bool& changed) {
  if (LeafCovers(leaves_[into], leaves_[from], own)) return into;
  changed = true;
  if (LeafCovers(leaves_[from], leaves_[into], own)) {
    Reference(from, 1);
    Release(cache, into, 1);
    return from;
  }
  std::uint32_t joined = into;
  if (!IsOwnedLeaf(into)) {
    joined = cache.leaves.Allocate(leaves_);
    leaves_[joined].references.store(1, std::memory_order_relaxed);
  }
  for (int i = 0; i < kClockFanout; ++i) {
    leaves_[joined].clocks[i] = std::max(leaves_[into].clocks[i], leaves_[from].clocks[i]);
  }
  if (joined != into) Release(cache, into, 1);
  return joined;
}

}  // namespace hbsan
