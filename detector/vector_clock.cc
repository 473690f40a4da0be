#include "detector/vector_clock.h"

#include <algorithm>
#include <utility>

namespace hbsan {
namespace {

// Which child of an inner node the column is below.
std::uint32_t Digit(Tid tid, std::uint32_t height) {
  return (tid.value >> ColumnBits(height - 1)) % kClockFanout;
}

// `own`, if its column is below the i-th child of a node of `height` that holds it.
Tid OwnIn(Tid own, std::uint32_t i, std::uint32_t height) {
  return own != kNoTid && Digit(own, height) == i ? own : kNoTid;
}

// `own`, if its column is in a tree of `height`.
Tid OwnInTree(Tid own, std::uint32_t height) {
  return own.value >> ColumnBits(height) == 0 ? own : kNoTid;
}

// The place of a column in its leaf; of kNoTid, beyond all.
std::uint32_t PlaceInLeaf(Tid tid, std::uint32_t height) {
  return tid == kNoTid ? ~0u : tid.value % LeafColumns(height);
}

}  // namespace

void ClockTrees::Init(const Host& host, const std::atomic<std::uint32_t>& tid_generation) {
  generation_ = &tid_generation;
  leaves_.Init(host);
  inners_.Init(host, 1u << 26, "too many vector clock nodes");
}

Clock ClockTrees::GetInInner(std::uint32_t node, std::uint32_t height, Tid tid) const {
  if (tid.value >> ColumnBits(height) != 0) return {0};
  while (height > kLeafHeights) {
    --height;
    node = inners_[node].children[(tid.value >> ColumnBits(height)) % kClockFanout];
    if (node == 0) return {0};
  }
  return leaves_.Get(node, height, tid.value % LeafColumns(height));
}

void ClockTrees::Flush(ClockNodeCache& cache) {
  leaves_.Flush(cache.leaves);
  cache.inners.Flush(inners_);
}

void ClockTrees::RaiseUncovered(ClockNodeCache& cache, VectorClock& v, Epoch e, Epoch maker) {
  const Epoch recent = v.recent();
  // A clock of the maker's own need not say what its own column is.
  const bool own = !maker.empty() && recent.tid() == maker.tid();
  if (!recent.empty() && recent.tid() != e.tid() && !own) {
    const bool in_leaf = v.height() - 1 < kLeafHeights && e.tid().value < LeafColumns(v.height());
    if (in_leaf && IsOwned(leaves_.At(v.root(), v.height()))) {
      leaves_.Set(cache.leaves, v.root(), v.height(), e.tid().value, e.clock());
      SetMaker(leaves_.At(v.root(), v.height()), maker);
      return;
    }
    RaiseInTree(cache, v, recent, maker);
  }
  v.SetRecent(e);
}

bool ClockTrees::RaiseInTree(ClockNodeCache& cache, VectorClock& v, Epoch e, Epoch maker) {
  if (GetInTree(v, e.tid()) >= e.clock()) return false;
  std::uint32_t height = 1;
  while (e.tid().value >> ColumnBits(height) != 0) ++height;
  GrowTo(cache, v, height, maker);
  std::uint32_t root = v.root();
  RaiseIn(cache, root, v.height(), e, maker);
  v.SetTree(root, v.height());
  return true;
}

void ClockTrees::RaiseIn(ClockNodeCache& cache, std::uint32_t& node, std::uint32_t height, Epoch e,
                         Epoch maker) {
  if (height <= kLeafHeights) {
    node = OwnedLeaf(cache, node, height, maker);
    leaves_.Set(cache.leaves, node, height, PlaceInLeaf(e.tid(), height), e.clock());
    return;
  }
  node = OwnedInner(cache, node, height, maker);
  RaiseIn(cache, inners_[node].children[Digit(e.tid(), height)], height - 1, e, maker);
}

void ClockTrees::ReplaceAll(ClockNodeCache& cache, VectorClock& into, const VectorClock& from,
                            VectorClock* given_up) {
  if (given_up != nullptr) return std::swap(into, *given_up);
  Drop(cache, into);
  into = Share(from);
}

// Of two different trees, of which `from` has one.
bool ClockTrees::JoinTrees(ClockNodeCache& cache, VectorClock& into, const VectorClock& from,
                           const ClockJoiner& joiner, VectorClock* given_up) {
  if (into.height() == 0) {
    Reference(from.root(), from.height());
    into.tree_ = from.tree_;
    return true;
  }
  if (into.height() == from.height() && IsSmall(into.height())) {
    return JoinSmall(cache, into, from, joiner, given_up);
  }
  GrowTo(cache, into, from.height(), joiner.maker);
  Joining j{cache, into.root(), into.height(), into.recent(), from, joiner.maker};
  JoinNodes(j, j.root, j.height, from.root(), from.height(), OwnInTree(joiner.own, j.height));
  into.SetTree(j.root, j.height);
  return j.changed;
}

// Of two leaves of one height, of which `into` does not cover `from`.
bool ClockTrees::JoinSmall(ClockNodeCache& cache, VectorClock& into, const VectorClock& from,
                           const ClockJoiner& joiner, VectorClock* given_up) {
  const std::uint32_t height = into.height();
  const bool replaces = leaves_.Covers(from.root(), height, into.root(), height, joiner.own.value);
  // What is merged into is best a leaf that nobody else holds.
  const bool better = given_up != nullptr && !IsOwned(leaves_.At(into.root(), height)) &&
                      IsOwned(leaves_.At(from.root(), height));
  if (better || (replaces && given_up != nullptr)) {
    std::swap(into.tree_, given_up->tree_);
  } else if (replaces) {
    Reference(from.root(), height);
    Release(cache, into.root(), height);
    into.tree_ = from.tree_;
  }
  if (replaces) return true;
  std::uint32_t root = into.root();
  MergeLeaves(cache, root, height, from.root(), height, joiner.maker);
  into.SetTree(root, height);
  return true;
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
  if (height <= kLeafHeights) {
    leaves_.Free(cache.leaves, node, height);
    return;
  }
  ForgetJoined(cache, node, height);
  for (const std::uint32_t child : inners_[node].children) Release(cache, child, height - 1);
  cache.inners.Free(inners_, node);
}

std::uint32_t ClockTrees::OwnedLeaf(ClockNodeCache& cache, std::uint32_t node, std::uint32_t height,
                                    Epoch maker) {
  std::uint32_t owned = node;
  if (node == 0) {
    owned = leaves_.Allocate(cache.leaves, height);
    leaves_.Clear(owned, height);
  } else if (!IsOwned(leaves_.At(node, height))) {
    owned = leaves_.Allocate(cache.leaves, height);
    leaves_.Copy(cache.leaves, owned, height, node, height);
    Release(cache, node, height);
  }
  SetMaker(leaves_.At(owned, height), maker);
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
    v.SetTree(height <= kLeafHeights ? OwnedLeaf(cache, 0, height, maker)
                                     : OwnedInner(cache, 0, height, maker),
              height);
    return;
  }
  if (v.height() < std::min(height, kLeafHeights)) {
    GrowLeaf(cache, v, std::min(height, kLeafHeights));
  }
  while (v.height() < height) {
    const std::uint32_t root = OwnedInner(cache, 0, v.height() + 1, maker);
    inners_[root].children[0] = v.root();
    v.SetTree(root, v.height() + 1);
  }
}

void ClockTrees::GrowLeaf(ClockNodeCache& cache, VectorClock& v, std::uint32_t height) {
  const std::uint32_t grown = leaves_.Allocate(cache.leaves, height);
  leaves_.Copy(cache.leaves, grown, height, v.root(), v.height());
  leaves_.At(grown, height).CopyMaker(leaves_.At(v.root(), v.height()));
  Release(cache, v.root(), v.height());
  v.SetTree(grown, height);
}

// into := into ⊔ from, where from's tids are those of the leftmost subtree of its height.
void ClockTrees::JoinNodes(Joining& j, std::uint32_t& into, std::uint32_t into_height,
                           std::uint32_t from, std::uint32_t from_height, Tid own) {
  const bool leftmost_only = into_height > from_height;
  if (from == 0 || (into == from && !leftmost_only)) return;
  if (!leftmost_only && into == 0) return Replace(j, into, from, from_height);
  if (!leftmost_only && JoinByMaker(j, into, from, from_height)) return;
  if (into_height <= kLeafHeights) return JoinLeaves(j, into, into_height, from, from_height, own);
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
    j.next = first + (i << ColumnBits(into_height - 1));
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
    if (height > kLeafHeights && HasJoined(node, from)) return true;
    if (CoversByMaker(j, MakerOf(NodeAt(from, height)))) return true;
  }
  if (height <= kLeafHeights) {
    return leaves_.Covers(node, height, from, from_height, PlaceInLeaf(own, height));
  }
  if (height > from_height) {
    return NodeCovers(j, inners_[node].children[0], height - 1, from, from_height,
                      OwnIn(own, 0, height));
  }
  for (std::uint32_t i = 0; i < kClockFanout; ++i) {
    if (!NodeCovers(j, inners_[node].children[i], height - 1, inners_[from].children[i], height - 1,
                    OwnIn(own, i, height))) {
      return false;
    }
  }
  return true;
}

// Of two leaves, of which `from` is not larger.
void ClockTrees::JoinLeaves(Joining& j, std::uint32_t& into, std::uint32_t into_height,
                            std::uint32_t from, std::uint32_t from_height, Tid own) {
  if (into == 0) into = OwnedLeaf(j.cache, 0, into_height, j.maker);
  const std::uint32_t but = PlaceInLeaf(own, into_height);
  if (leaves_.Covers(into, into_height, from, from_height, but)) return;
  if (into_height == from_height && leaves_.Covers(from, from_height, into, into_height, but)) {
    return Replace(j, into, from, from_height);
  }
  j.changed = true;
  MergeLeaves(j.cache, into, into_height, from, from_height, j.maker);
}

void ClockTrees::MergeLeaves(ClockNodeCache& cache, std::uint32_t& into, std::uint32_t into_height,
                             std::uint32_t from, std::uint32_t from_height, Epoch maker) {
  const std::uint32_t before = into;
  const bool owned = IsOwned(leaves_.At(before, into_height));
  if (!owned) into = leaves_.Allocate(cache.leaves, into_height);
  leaves_.Join(cache.leaves, into, before, into_height, from, from_height);
  SetMaker(leaves_.At(into, into_height), maker);
  if (!owned) Release(cache, before, into_height);
}

}  // namespace hbsan
