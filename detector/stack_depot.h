// Call stacks as nodes of one calling-context tree: a stack is its innermost pc and the node of the
// stack below it.
//
// Interned for good; insertion is lock free, and looking up the stack of a function that is still
// running costs one probe, since the shadow call stack caches each frame's node (Frame::node).
#ifndef HBSAN_DETECTOR_STACK_DEPOT_H_
#define HBSAN_DETECTOR_STACK_DEPOT_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "detector/hot_state.h"
#include "detector/memory.h"
#include "detector/types.h"

namespace hbsan {

class StackDepot {
 public:
  // `table_bits`: log2 of the first table's buckets.
  void Init(const Host& host, int table_bits);

  // The stack `below` with `pc` on top.
  StackId Push(StackId below, std::uintptr_t pc);
  // The stack of the frames [bottom, top), outermost first; fills in their cached nodes.
  StackId Intern(Frame* bottom, Frame* top);

  // Program counters of a stack, innermost first, at most `capacity`. Returns how many were
  // written.
  std::size_t Unwind(StackId stack, std::uintptr_t* pcs, std::size_t capacity) const;
  std::uint32_t size() const { return used_.load(std::memory_order_relaxed); }

 private:
  struct Node {
    std::uintptr_t pc;
    std::uint32_t below;
    std::uint32_t next;                // in the bucket
    std::atomic<std::uint32_t> above;  // the last made stack whose `below` this is
    std::uint32_t sibling;             // the one made before it
  };
  // So many of the stacks above one are looked through before the table is asked: a traversal of
  // calls that was made before finds its stacks where it left them, one after the other.
  static constexpr int kSiblings = 8;
  static constexpr std::uint32_t kCapacity = 1u << 28;
  // A table's lists would grow long: from so many stacks on, new ones go into the next table, 16
  // times as large. A stack that two threads push while the tables change may get two ids.
  static constexpr int kTables = 3;
  int TableBits(int table) const { return table_bits_ + 4 * table; }
  std::uint32_t FirstOfTable(int table) const { return 2u << TableBits(table - 1); }

  std::atomic<std::uint32_t>& Bucket(int table, std::uint64_t hash) const {
    return tables_[table][hash >> (64 - TableBits(table))];
  }
  std::uint32_t FindAbove(std::uint32_t below, std::uintptr_t pc) const;
  void LinkAbove(std::uint32_t node);

  const Host* host_ = nullptr;
  int table_bits_ = 0;
  Node* nodes_ = nullptr;
  std::atomic<std::uint32_t>* tables_[kTables] = {};
  alignas(kCacheLine) std::atomic<std::uint32_t> used_{0};
};

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_STACK_DEPOT_H_
