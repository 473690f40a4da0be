// Threads that access a variable by turns, again and again in ever new epochs: a list with a node
// for each of them, whose head, the record of the thread's last access, the thread exchanges in
// place. A node belongs to one cell, and to the thread whose chunk it is in. Whoever exchanged a
// head looks whether the cell still names the list, and starts again if not; whoever is to put
// something else in the place of the list freezes the nodes before he reads their heads.
//
// Writers of an atomic variable: the thread need not change the cell, which all of them read, nor
// compare its store with anything:
//   - when the node was made, nothing plain that the write cell or the read cells held raced with
//   its thread;
//   - a plain write replaces the list, and looks through it afterwards;
//   - a plain read, after it is in its read cell, freezes the nodes that it finds. Of a read and an
//   exchange, whoever comes second sees the other: the reader the new head, or the thread that its
//   node no longer changes. It makes a new one, and compares that with all reads.
//
// Readers of a plain variable, goroutines mostly, that are on one plane: a read is compared with
// the write cell as ever.
//
// All nodes of a list are of one of the two kinds, and stand for the same bytes. What stands below
// the last one is what the cell held when that was made: `base`, a list or a single record of these
// bytes; below writers, of accesses that are atomic or ordered before each of the writers.
#ifndef HBSAN_DETECTOR_TURNS_H_
#define HBSAN_DETECTOR_TURNS_H_

#include <atomic>
#include <cstdint>

#include "detector/record.h"

namespace hbsan {

class Turn {
 public:
  // More threads than that do not stand in a list.
  static constexpr std::uint8_t kMostWriters = 8;
  static constexpr std::uint8_t kMostReaders = 16;

  // A node, or an uninitialised one.
  explicit Turn(Record& node) : node_(node), head_(node.head) {}

  // A thread's, whose last access is the record `index` of `bytes`, above what `below` stands for,
  // whose record is `next`. `tag`: Record::kWriterTag or kReaderTag.
  void Make(std::uint8_t tag, std::uint32_t index, ByteMask bytes, std::uint32_t below,
            const Record& next) {
    node_.head = index;
    node_.tail = below;
    node_.base = next.IsTurn() ? next.base : below;
    node_.turns = static_cast<std::uint8_t>(next.IsTurn() ? next.turns + 1 : 1);
    node_.marked_in = 0;
    node_.bytes = bytes;
    node_.tag = tag;
  }
  // The record.
  std::uint32_t Head() const { return head_.load(std::memory_order_seq_cst) & kIndexMask; }
  // By the thread alone. False if the node is frozen.
  bool Exchange(std::uint32_t index) {
    std::uint32_t head = head_.load(std::memory_order_relaxed);
    return (head & kFrozen) == 0 &&
           (head == index || head_.compare_exchange_strong(head, index, std::memory_order_seq_cst));
  }
  void Freeze() {
    if ((head_.load(std::memory_order_seq_cst) & kFrozen) == 0) {
      head_.fetch_or(kFrozen, std::memory_order_seq_cst);
    }
  }

 private:
  static constexpr std::uint32_t kFrozen = 1u << 31;

  Record& node_;
  std::atomic_ref<std::uint32_t> head_;
};

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_TURNS_H_
