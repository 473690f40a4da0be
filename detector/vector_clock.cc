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

bool ClockTrees::Raise(ClockNodeCache& cache, VectorClock& v, Tid tid, Clock clock, Epoch maker) {
  if (Get(v, tid) >= clock) return false;
  const Epoch recent = v.recent();
  // A clock of the maker's own need not say what its own column is.
  const bool own = !maker.empty() && recent.tid() == maker.tid();
  if (!recent.empty() && recent.tid() != tid && !own) {
    if (v.height() == 1 && tid.value < kClockFanout && IsOwned(leaves_[v.root()])) {
      ClockLeaf& leaf = leaves_[v.root()];
      leaf.clocks[tid.value] = clock.value;
      SetMaker(leaf, maker);
      return true;
    }
    RaiseInTree(cache, v, recent, maker);
  }
  v.SetRecent({tid, clock});
  return true;
}

void ClockTrees::RaiseInTree(ClockNodeCache& cache, VectorClock& v, Epoch e, Epoch maker) {
  if (GetInTree(v, e.tid()) >= e.clock()) return;
  std::uint32_t height = 1;
  while (e.tid().value >> (4 * height) != 0) ++height;
  GrowTo(cache, v, height, maker);
  std::uint32_t root = v.root();
  RaiseIn(cache, root, v.height(), e, maker);
  v.SetTree(root, v.height());
}

void ClockTrees::RaiseIn(ClockNodeCache& cache, std::uint32_t& node, std::uint32_t height, Epoch e,
                         Epoch maker) {
  if (height == 1) {
    node = OwnedLeaf(cache, node, maker);
    leaves_[node].clocks[Digit(e.tid(), 1)] = e.clock().value;
    return;
  }
  node = OwnedInner(cache, node, height, maker);
  RaiseIn(cache, inners_[node].children[Digit(e.tid(), height)], height - 1, e, maker);
}

bool ClockTrees::Join(ClockNodeCache& cache, VectorClock& into, const VectorClock& from, Tid own,
                      Epoch maker) {
  if (from.empty() || into == from) return false;
  if (into.empty()) {
    into = Share(from);
    return true;
  }
  bool changed =
      from.height() != 0 && into.tree_ != from.tree_ && JoinTrees(cache, into, from, own, maker);
  const Epoch recent = from.recent();
  if (!recent.empty() && recent.tid() != own) {
    changed |= Raise(cache, into, recent.tid(), recent.clock(), maker);
  }
  return changed;
}

// Of two different trees, of which `from` has one.
bool ClockTrees::JoinTrees(ClockNodeCache& cache, VectorClock& into, const VectorClock& from,
                           Tid own, Epoch maker) {
  if (into.height() == 0) {
    Reference(from.root(), from.height());
    into.tree_ = from.tree_;
    return true;
  }
  GrowTo(cache, into, from.height(), maker);
  Joining j{cache, into.root(), into.height(), into.recent(), from, maker};
  JoinNodes(j, j.root, j.height, from.root(), from.height(), OwnInTree(own, j.height));
  into.SetTree(j.root, j.height);
  return j.changed;
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

void ClockTrees::Free(ClockNodeCache& cache, std::uint32_t node, std::uint32_t height) {
  if (height == 1) {
    cache.leaves.Free(leaves_, node);
    return;
  }
  ForgetJoined(cache, node, height);
  for (const std::uint32_t child : inners_[node].children) Release(cache, child, height - 1);
  cache.inners.Free(inners_, node);
}

std::uint32_t ClockTrees::OwnedLeaf(ClockNodeCache& cache, std::uint32_t node, Epoch maker) {
  std::uint32_t owned = node;
  if (node == 0 || !IsOwned(leaves_[node])) {
    owned = cache.leaves.Allocate(leaves_);
    leaves_[owned].references.store(1, std::memory_order_relaxed);
    if (node == 0) {
      std::fill_n(leaves_[owned].clocks, kClockFanout, 0);
    } else {
      __builtin_memcpy_inline(leaves_[owned].clocks, leaves_[node].clocks,
                              sizeof(ClockLeaf::clocks));
      Release(cache, node, 1);
    }
  }
  SetMaker(leaves_[owned], maker);
  return owned;
}

std::uint32_t ClockTrees::OwnedInner(ClockNodeCache& cache, std::uint32_t node,
                                     std::uint32_t height, Epoch maker) {
  std::uint32_t owned = node;
  if (node == 0 || !IsOwned(inners_[node])) {
    owned = cache.inners.Allocate(inners_);
    inners_[owned].references.store(1, std::memory_order_relaxed);
    inners_[owned].joined.store(0, std::memory_order_relaxed);
    for (int i = 0; i < kClockFanout; ++i) {
      const std::uint32_t child = node == 0 ? 0 : inners_[node].children[i];
      if (child != 0) Reference(child, height - 1);
      inners_[owned].children[i] = child;
    }
    Release(cache, node, height);
  }
  SetMaker(inners_[owned], maker);
  return owned;
}

void ClockTrees::GrowTo(ClockNodeCache& cache, VectorClock& v, std::uint32_t height, Epoch maker) {
  if (v.height() == 0) {
    v.SetTree(height == 1 ? OwnedLeaf(cache, 0, maker) : OwnedInner(cache, 0, height, maker),
              height);
    return;
  }
  while (v.height() < height) {
    const std::uint32_t root = OwnedInner(cache, 0, v.height() + 1, maker);
    inners_[root].children[0] = v.root();
    v.SetTree(root, v.height() + 1);
  }
}

// into := into ⊔ from, where from's tids are those of the leftmost subtree of its height.
void ClockTrees::JoinNodes(Joining& j, std::uint32_t& into, std::uint32_t into_height,
                           std::uint32_t from, std::uint32_t from_height, Tid own) {
  const bool leftmost_only = into_height > from_height;
  if (from == 0 || (into == from && !leftmost_only)) return;
  if (!leftmost_only && into == 0) return Replace(j, into, from, from_height);
  if (!leftmost_only && JoinByMaker(j, into, from, from_height)) return;
  if (into_height == 1) return JoinLeaves(j, into, from, own);
  if (into != 0) {
    if (!leftmost_only && HasJoined(into, from)) return;
    // A node that others hold too is not copied for nothing. One whose maker knew more than we do
    // is hardly ever covered.
    const bool covered = !IsOwned(inners_[into]) &&
                         (leftmost_only || MakerOf(inners_[from]).empty()) &&
                         NodeCovers(j, into, into_height, from, from_height, own);
    if (covered) return;
  }
  JoinChildren(j, into, into_height, from, from_height, own);
}

void ClockTrees::Replace(Joining& j, std::uint32_t& into, std::uint32_t from,
                         std::uint32_t height) {
  const std::uint32_t before = into;
  Reference(from, height);
  into = from;
  Release(j.cache, before, height);
  j.changed = true;
}

bool ClockTrees::CoversByMaker(const Joining& j, Epoch made) const {
  if (made.empty()) return false;
  if (made.tid() == j.maker.tid()) return true;  // by itself, or the thread that had its tid
  if (j.recent.tid() == made.tid() && j.recent.clock() >= made.clock()) return true;
  if (j.changed && made.tid().value < j.next) return false;
  return GetInTree(j.root, j.height, made.tid()) >= made.clock();
}

// True if what the makers of two nodes of one height knew tells how they join, and that is done.
bool ClockTrees::JoinByMaker(Joining& j, std::uint32_t& into, std::uint32_t from,
                             std::uint32_t height) {
  if (CoversByMaker(j, MakerOf(NodeAt(from, height)))) return true;
  const Epoch ours = MakerOf(NodeAt(into, height));
  if (ours.empty() || Get(j.from, ours.tid()) < ours.clock()) return false;
  Replace(j, into, from, height);
  return true;
}

void ClockTrees::JoinChildren(Joining& j, std::uint32_t& into, std::uint32_t into_height,
                              std::uint32_t from, std::uint32_t from_height, Tid own) {
  const bool leftmost_only = into_height > from_height;
  const std::uint32_t source_height = leftmost_only ? from_height : from_height - 1;
  const std::uint32_t first = j.next;
  for (std::uint32_t i = 0; i < (leftmost_only ? 1 : kClockFanout); ++i) {
    const std::uint32_t source = leftmost_only ? from : inners_[from].children[i];
    if (source == 0) continue;
    j.next = first + (i << (4 * (into_height - 1)));
    if (into != 0 && !leftmost_only) {
      if (inners_[into].children[i] == source ||
          CoversByMaker(j, MakerOf(NodeAt(source, source_height)))) {
        continue;
      }
    }
    into = OwnedInner(j.cache, into, into_height, j.maker);
    JoinNodes(j, inners_[into].children[i], into_height - 1, source, source_height,
              OwnIn(own, i, into_height));
  }
  if (!leftmost_only && IsOwned(inners_[into]) && MakerOf(inners_[from]).empty()) {
    NoteJoined(j.cache, into, into_height, from);
  }
}

// from ⊑ node, for the same heights as in JoinNodes.
bool ClockTrees::NodeCovers(const Joining& j, std::uint32_t node, std::uint32_t height,
                            std::uint32_t from, std::uint32_t from_height, Tid own) const {
  if (from == 0 || (node == from && height == from_height)) return true;
  if (node == 0) return false;
  if (height == from_height) {
    if (height > 1 && HasJoined(node, from)) return true;
    if (CoversByMaker(j, MakerOf(NodeAt(from, height)))) return true;
  }
  if (height > from_height) {
    return NodeCovers(j, inners_[node].children[0], height - 1, from, from_height,
                      OwnIn(own, 0, height));
  }
  if (height == 1) return LeafCovers(leaves_[node], leaves_[from], own);
  for (std::uint32_t i = 0; i < kClockFanout; ++i) {
    if (!NodeCovers(j, inners_[node].children[i], height - 1, inners_[from].children[i], height - 1,
                    OwnIn(own, i, height))) {
      return false;
    }
  }
  return true;
}

void ClockTrees::JoinLeaves(Joining& j, std::uint32_t& into, std::uint32_t from, Tid own) {
  if (LeafCovers(leaves_[into], leaves_[from], own)) return;
  if (LeafCovers(leaves_[from], leaves_[into], own)) return Replace(j, into, from, 1);
  j.changed = true;
  const std::uint32_t before = into;
  if (!IsOwned(leaves_[before])) {
    into = j.cache.leaves.Allocate(leaves_);
    leaves_[into].references.store(1, std::memory_order_relaxed);
  }
  for (int i = 0; i < kClockFanout; ++i) {
    leaves_[into].clocks[i] = std::max(leaves_[before].clocks[i], leaves_[from].clocks[i]);
  }
  SetMaker(leaves_[into], j.maker);
  if (into != before) Release(j.cache, before, 1);
}

}  // namespace hbsan
