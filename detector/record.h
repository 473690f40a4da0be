// Access records: who accessed, when, with which stack and which locks. One is made per (epoch,
// site) and shared by all cells that the site touches in that epoch; shadow cells hold its id.
//
// Ids. A cell's 32 bits are two coverage bits and a 30-bit record index. Coverage bits say that the
// record, made by plain accesses, covers the lower (bit 30) or the upper (bit 31) four bytes of the
// cell: with them, "the running thread accessed all these bytes in its present epoch" is one range
// test on the id (see HotState::own_first). Coverage 0 means that the bytes stand in the record
// itself: partial words, atomic accesses, lists and patches.
//
// Accesses of one epoch at several sites to different bytes of a cell make one record, too: its
// mosaic says which site accessed which byte (see mosaics.h).
//
// Several records in one cell. A list is immutable and may be shared by any number of cells, and so
// is a pair: the ids of the cell's halves, each of a single record or of a list. So are patches: up
// to three records of plain accesses, none of which shares a byte with another (see patches.h). A
// split belongs to one cell and holds an id for each byte, changed in place: for more records than
// that where the mixture is no other cell's. Threads that write an atomic variable by turns, or
// read a plain one, belong to one cell, too, or to the half of one that is a pair (see turns.h).
#ifndef HBSAN_DETECTOR_RECORD_H_
#define HBSAN_DETECTOR_RECORD_H_

#include <cstddef>
#include <cstdint>

#include "detector/lock_sets.h"
#include "detector/types.h"

namespace hbsan {

inline constexpr std::uint32_t kLowCovered = 1u << 30;
inline constexpr std::uint32_t kHighCovered = 1u << 31;
inline constexpr std::uint32_t kFullyCovered = kLowCovered | kHighCovered;

// Which of a cell's 8 bytes; bit i is the byte at offset i.
using ByteMask = std::uint8_t;

constexpr std::uint32_t CoverageOf(ByteMask bytes) {
  return ((bytes & 0x0f) == 0x0f ? kLowCovered : 0) | ((bytes & 0xf0) == 0xf0 ? kHighCovered : 0);
}
// One half of a cell, all of it.
constexpr bool IsHalf(ByteMask bytes) { return bytes == 0x0f || bytes == 0xf0; }
constexpr ByteMask BytesOf(std::uint32_t coverage) {
  return static_cast<ByteMask>(((coverage & kLowCovered) != 0 ? 0x0f : 0) |
                               ((coverage & kHighCovered) != 0 ? 0xf0 : 0));
}

struct Record {
  // tag: bits 0-2 log2 of the access's size (7: a range), bits 3-5 AccessFlavor, bit 6 a write; or
  // one of those below.
  static constexpr std::uint8_t kWriteTag = 0x40;
  static constexpr std::uint8_t kListTag = 0x80;
  static constexpr std::uint8_t kPairTag = 0x81;
  static constexpr std::uint8_t kWriterTag = 0x82;   // see turns.h
  static constexpr std::uint8_t kReaderTag = 0x83;   // see turns.h
  static constexpr std::uint8_t kPatchesTag = 0x84;  // see patches.h
  static constexpr std::uint8_t kSplitTags = 0xc0;   // and above
  static constexpr std::uint8_t kRangeSize = 7;
  // The flavor of a record of plain accesses at several places: its site is 0, and `below` is the
  // number of a Mosaic.
  static constexpr std::uint8_t kMosaicFlavor = 7;

  // The epoch's tid is the chunk's: see Records::EpochOf.
  static constexpr int kSiteBits = 64 - kClockBits;

  union {
    std::uint64_t clock_and_site;
    struct {
      std::uint32_t head;  // list node: index of a record, and
      std::uint32_t tail;  // the rest: a cell id, of a list or of a single record
    };
    struct {  // pair: what stands for the lower and the upper half, each without a pair or a split
      std::uint32_t low;
      std::uint32_t high;
    };
  };
  union {
    std::uint32_t below;   // the stack (StackId) below the site
    std::uint32_t length;  // list node: records from here on
    std::uint32_t base;    // turn: what stands below the last one
  };
  union {
    LockSetId locks;
    struct {  // list node:
      union {
        std::uint8_t pruned_length_log2;  // of the list when last looked through, upwards
        std::uint8_t turns;               // from this one on
      };
      std::uint8_t marked_in;  // the cycle (see Records::Mark) that last marked the list
    };
  };
  ByteMask bytes;  // of the record when its id has no coverage bits; of the head in a list node
  std::uint8_t tag;

  // A list node of `index`, which stands for `head_bytes`, before what the id `rest` stands for,
  // whose record is `next`.
  void MakeList(std::uint32_t index, ByteMask head_bytes, std::uint32_t rest, const Record& next) {
    head = index;
    tail = rest;
    length = (next.IsList() ? next.length : 1) + 1;
    pruned_length_log2 = next.IsList() ? next.pruned_length_log2 : 1;
    marked_in = 0;
    bytes = head_bytes;
    tag = kListTag;
  }
  void MakePair(std::uint32_t low_id, std::uint32_t high_id) {
    low = low_id;
    high = high_id;
    tag = kPairTag;
  }
  Clock clock() const { return {clock_and_site >> kSiteBits}; }
  std::uint32_t site() const {
    return static_cast<std::uint32_t>(clock_and_site & ((1u << kSiteBits) - 1));
  }
  void SetClockAndSite(Clock clock, std::uint32_t site) {
    clock_and_site = clock.value << kSiteBits | site;
  }
  // Accesses of one thread in one epoch, under the same locks.
  bool IsOfTimeOf(const Record& other) const {
    return clock() == other.clock() && locks == other.locks;
  }
  bool IsSingle() const { return tag < kListTag; }
  bool IsList() const { return tag == kListTag; }
  bool IsPair() const { return tag == kPairTag; }
  bool IsWriter() const { return tag == kWriterTag; }
  bool IsReader() const { return tag == kReaderTag; }
  bool IsTurn() const { return IsWriter() || IsReader(); }
  bool IsPatches() const { return tag == kPatchesTag; }
  bool IsSplit() const { return tag >= kSplitTags; }
  bool IsMosaic() const { return IsSingle() && (tag >> 3 & 7) == kMosaicFlavor; }
  AccessFlavor flavor() const { return static_cast<AccessFlavor>((tag >> 3) & 7); }
  bool atomic() const { return flavor() == AccessFlavor::kAtomic; }
  AccessKind kind() const {
    return (tag & kWriteTag) != 0 ? AccessKind::kWrite : AccessKind::kRead;
  }
};
static_assert(sizeof(Record) == 16);
static_assert(offsetof(Record, tag) == 15);  // see split.h

// The tag of an access's record.
constexpr std::uint8_t TagOf(AccessKind kind, AccessFlavor flavor, int size_log2) {
  return static_cast<std::uint8_t>(size_log2 | static_cast<int>(flavor) << 3 |
                                   (kind == AccessKind::kWrite ? Record::kWriteTag : 0));
}

// An access of one byte, or several in a row; says it all of a byte of a split.
constexpr bool IsOfOneByte(std::uint8_t tag) { return (tag & 7) == 0; }

// The bytes that the id of a single record stands for.
inline ByteMask BytesOfSingle(std::uint32_t id, const Record& record) {
  return id > kIndexMask ? BytesOf(id) : record.bytes;
}

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_RECORD_H_
