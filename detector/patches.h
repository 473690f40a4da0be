// Patches: up to three single records of plain accesses that share a cell's bytes, each byte one's
// own. What accesses leave that begin or end within a cell (strings, buffers, packed structures)
// where an earlier epoch left something before.
//
//   word 0   bits 0-29: the first record's index | bits 30-59: the second's
//   word 1   bits 0-29: the third's | bits 30-53: their bytes, by 8 bits | bits 56-63: the tag
//
// Immutable, so that any number of cells may name them.
#ifndef HBSAN_DETECTOR_PATCHES_H_
#define HBSAN_DETECTOR_PATCHES_H_

#include <bit>
#include <cstdint>

#include "detector/record.h"

namespace hbsan {

class Patches {
 public:
  static constexpr int kMost = 3;

  Patches() = default;
  // What a record with Record::kPatchesTag holds.
  explicit Patches(const Record& record) : words_(std::bit_cast<Words>(record)) {}

  std::uint32_t Index(int i) const {
    const std::uint64_t word = i == 0   ? words_.low
                               : i == 1 ? words_.low >> kIndexBits
                                        : words_.high;
    return static_cast<std::uint32_t>(word) & kIndexMask;
  }
  // Of the i-th; 0: there are no more than `i`.
  ByteMask Bytes(int i) const { return static_cast<ByteMask>(words_.high >> BytesShift(i)); }
  // holds(index, bytes) for each of them.
  template <typename Holds>
  bool All(Holds holds) const {
    for (int i = 0; i < kMost && Bytes(i) != 0; ++i) {
      if (!holds(Index(i), Bytes(i))) return false;
    }
    return true;
  }
  // The i-th, of which there is none yet. Whatever is added later stands below.
  void Set(int i, std::uint32_t index, ByteMask bytes) {
    const std::uint64_t bits = index & kIndexMask;
    (i < 2 ? words_.low : words_.high) |= i == 1 ? bits << kIndexBits : bits;
    words_.high |= std::uint64_t{bytes} << BytesShift(i);
  }
  Record AsRecord() const { return std::bit_cast<Record>(words_); }

 private:
  struct Words {
    std::uint64_t low, high;
  };
  static constexpr int BytesShift(int i) { return static_cast<int>(kIndexBits) + 8 * i; }

  Words words_ = {0, std::uint64_t{Record::kPatchesTag} << 56};
};

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_PATCHES_H_
