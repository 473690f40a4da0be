#include "detector/split.h"

#include <algorithm>

namespace hbsan {

bool Split::AllNear(const Ids& ids) {
  const std::uint32_t* const first =
      std::find_if(ids, ids + kCellBytes, [](auto id) { return id != 0; });
  return std::all_of(first, ids + kCellBytes, [first](std::uint32_t id) {
    return id == 0 || (id & kIndexMask) >> kNearBits == (*first & kIndexMask) >> kNearBits;
  });
}

void Split::MakeNear(Record& slots, const Ids& ids) {
  std::uint64_t words[2] = {0, std::uint64_t{kNearTag} << kTagShift};
  for (std::size_t i = 0; i < kCellBytes; ++i) {
    if (ids[i] == 0) continue;
    const std::uint64_t index = ids[i] & kIndexMask;
    words[i / kNearPerWord] |= index % (1u << kNearBits) << i % kNearPerWord * kNearBits;
    words[1] |= index >> kNearBits << kRunShift;  // the same for all
  }
  Split split(slots);
  split.words_[0].store(words[0], std::memory_order_relaxed);
  split.words_[1].store(words[1], std::memory_order_relaxed);
}

void Split::MakeFar(Record& slots, const Ids& ids) {
  Split split(slots);
  for (std::size_t w = 0; w < kCellBytes / 2; ++w) {
    const std::uint64_t low = ids[2 * w] & kIndexMask;
    const std::uint64_t high = ids[2 * w + 1] & kIndexMask;
    split.words_[w].store(low | high << kIndexBits | (w == 1 ? kFarTagBits : 0),
                          std::memory_order_relaxed);
  }
}

void Split::Freeze() {
  for (int word = 0; word < words(); ++word) {
    words_[word].fetch_or(std::uint64_t{1} << FrozenBit(word), std::memory_order_seq_cst);
  }
}

}  // namespace hbsan
