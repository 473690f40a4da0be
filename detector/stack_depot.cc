#include "detector/stack_depot.h"

#include "detector/buckets.h"

namespace hbsan {

void StackDepot::Init(const Host& host, int table_bits) {
  host_ = &host;
  table_bits_ = table_bits;
  nodes_ = static_cast<Node*>(host.reserve(sizeof(Node) * std::size_t{kCapacity}));
  for (int t = 0; t < kTables; ++t) {
    tables_[t] = static_cast<std::atomic<std::uint32_t>*>(
        host.reserve(sizeof(std::atomic<std::uint32_t>) << TableBits(t)));
  }
}

// The links above lead to nodes that are complete.
std::uint32_t StackDepot::FindAbove(std::uint32_t below, std::uintptr_t pc) const {
  std::uint32_t i = nodes_[below].above.load(std::memory_order_acquire);
  for (int seen = 0; i != 0 && seen < kSiblings; ++seen, i = nodes_[i].sibling) {
    if (nodes_[i].pc == pc) return i;
  }
  return 0;
}

void StackDepot::LinkAbove(std::uint32_t node) {
  std::atomic<std::uint32_t>& above = nodes_[nodes_[node].below].above;
  std::uint32_t sibling = above.load(std::memory_order_relaxed);
  do {
    nodes_[node].sibling = sibling;
  } while (!above.compare_exchange_weak(sibling, node, std::memory_order_release,
                                        std::memory_order_relaxed));  // pairs with FindAbove
}

StackId StackDepot::Push(StackId below, std::uintptr_t pc) {
  // Above the empty stack there are too many.
  if (const std::uint32_t found = below.value == 0 ? 0 : FindAbove(below.value, pc)) return {found};
  const std::uint64_t mixed = (pc * 0x9e3779b97f4a7c15u) ^ (below.value * 0xff51afd7ed558ccdu);
  const std::uint64_t hash = mixed * 0x9e3779b97f4a7c15u;
  int table = 0;
  while (table + 1 < kTables && size() >= FirstOfTable(table + 1)) ++table;
  std::atomic<std::uint32_t>& bucket = Bucket(table, hash);
  const std::uint32_t head = bucket.load(std::memory_order_acquire);  // pairs with AddToBucket
  const auto is_same = [&](const Node& node) { return node.pc == pc && node.below == below.value; };
  if (const std::uint32_t found = FindInBucket(nodes_, head, 0, is_same)) return {found};
  while (--table >= 0) {
    const std::uint32_t older = Bucket(table, hash).load(std::memory_order_acquire);
    if (const std::uint32_t found = FindInBucket(nodes_, older, 0, is_same)) return {found};
  }

  const std::uint32_t node = used_.fetch_add(1, std::memory_order_relaxed) + 1;
  if (node >= kCapacity) host_->fatal("too many distinct call stacks");
  nodes_[node].pc = pc;
  nodes_[node].below = below.value;
  const std::uint32_t added = AddToBucket(nodes_, bucket, head, node, is_same);
  if (added == node) LinkAbove(node);
  return {added};
}

StackId StackDepot::Intern(Frame* bottom, Frame* top) {
  Frame* frame = top;
  while (frame != bottom && frame[-1].node == 0) --frame;
  StackId stack{frame == bottom ? 0 : frame[-1].node};
  for (; frame != top; ++frame) {
    stack = Push(stack, frame->return_address);
    frame->node = stack.value;
  }
  return stack;
}

std::size_t StackDepot::Unwind(StackId stack, std::uintptr_t* pcs, std::size_t capacity) const {
  std::size_t count = 0;
  for (std::uint32_t i = stack.value; i != 0 && count < capacity; i = nodes_[i].below) {
    pcs[count++] = nodes_[i].pc;
  }
  return count;
}

}  // namespace hbsan
