// Hash tables of nodes that stay for good: lists from which nothing is removed, so that looking a
// node up and adding one is lock free. A Node is complete but for its `next` when it is added.
#ifndef HBSAN_DETECTOR_BUCKETS_H_
#define HBSAN_DETECTOR_BUCKETS_H_

#include <atomic>
#include <cstdint>

namespace hbsan {

// The node that is_same(node) in a bucket's list from `head` up to, not including, `end`; 0: none.
template <typename Node, typename IsSame>
std::uint32_t FindInBucket(const Node* nodes, std::uint32_t head, std::uint32_t end,
                           IsSame is_same) {
  for (std::uint32_t i = head; i != end; i = nodes[i].next) {
    if (is_same(nodes[i])) return i;
  }
  return 0;
}

// Adds `node` to the bucket, in whose list from `head` it was not found. If somebody else added the
// same meanwhile, his is returned, and `node` left unused.
template <typename Node, typename IsSame>
std::uint32_t AddToBucket(Node* nodes, std::atomic<std::uint32_t>& bucket, std::uint32_t head,
                          std::uint32_t node, IsSame is_same) {
  nodes[node].next = head;
  while (!bucket.compare_exchange_weak(head, node, std::memory_order_acq_rel,
                                       std::memory_order_acquire)) {
    if (const std::uint32_t found = FindInBucket(nodes, head, nodes[node].next, is_same)) {
      return found;
    }
    nodes[node].next = head;
  }
  return node;
}

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_BUCKETS_H_
