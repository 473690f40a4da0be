#include "detector/mosaics.h"

#include "detector/buckets.h"

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

std::uint32_t Mosaics::Intern(const Mosaic& mosaic) {
  std::atomic<std::uint32_t>& bucket = buckets_[HashOf(mosaic) >> (64 - kTableBits)];
  const std::uint32_t head = bucket.load(std::memory_order_acquire);  // pairs with AddToBucket
  const auto is_same = [&](const Node& node) { return node.mosaic == mosaic; };
  if (const std::uint32_t found = FindInBucket(nodes_, head, 0, is_same)) return found;
  std::uint32_t node = used_.load(std::memory_order_relaxed);
  do {
    if (node == kMost) return 0;
  } while (!used_.compare_exchange_weak(node, node + 1, std::memory_order_relaxed));
  ++node;
  nodes_[node].mosaic = mosaic;
  return AddToBucket(nodes_, bucket, head, node, is_same);
}

}  // namespace hbsan
