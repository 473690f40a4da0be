#include "detector/mosaics.h"

namespace hbsan {
namespace {

std::uint64_t HashOf(const Mosaic& mosaic) {
  std::uint64_t hash = 0;
  for (const Tile& tile : mosaic.tiles) {
    const std::uint64_t bits = std::uint64_t{tile.below} << 32 | tile.site_and_tag;
    hash = (hash ^ bits) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 32;
  }
  return hash * 0x9e3779b97f4a7c15u;
}

}  // namespace

void Mosaics::Init(const Host& host) {
  nodes_ = static_cast<Node*>(host.reserve(sizeof(Node) * (std::size_t{kMost} + 1)));
  buckets_ = static_cast<std::atomic<std::uint32_t>*>(
      host.reserve(sizeof(std::atomic<std::uint32_t>) << kTableBits));
}

// Searches the bucket's list from `head` up to, not including, `end`.
std::uint32_t Mosaics::Find(std::uint32_t head, std::uint32_t end, const Mosaic& mosaic) const {
  for (std::uint32_t i = head; i != end; i = nodes_[i].next) {
    if (nodes_[i].mosaic == mosaic) return i;
  }
  return 0;
}

std::uint32_t Mosaics::Intern(const Mosaic& mosaic) {
  std::atomic<std::uint32_t>& bucket = buckets_[HashOf(mosaic) >> (64 - kTableBits)];
  std::uint32_t head = bucket.load(std::memory_order_acquire);  // pairs with the insertion below
  if (const std::uint32_t found = Find(head, 0, mosaic)) return found;
  std::uint32_t node = used_.load(std::memory_order_relaxed);
  do {
    if (node == kMost) return 0;
  } while (!used_.compare_exchange_weak(node, node + 1, std::memory_order_relaxed));
  ++node;
  nodes_[node].mosaic = mosaic;
  nodes_[node].next = head;
  while (!bucket.compare_exchange_weak(head, node, std::memory_order_acq_rel,
                                       std::memory_order_acquire)) {
    // Somebody else inserted meanwhile, maybe the same one: our node is then left unused.
    if (const std::uint32_t found = Find(head, nodes_[node].next, mosaic)) return found;
    nodes_[node].next = head;
  }
  return node;
}

}  // namespace hbsan
