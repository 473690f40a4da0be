// A split: the ids of a cell's 8 bytes; those in one word are changed by one compare-and-swap.
//
//   near  one slot, for records of one aligned run of 1,024 (a thread's work in an epoch or a few):
//         10 bits a byte, 0: none
//           word 0   bytes 0-5 | bit 60: frozen
//           word 1   bytes 6-7 | bits 20-39: the run | bit 40: frozen | bits 56-63: kNearTag
//   far   two slots, for any ids without their coverage bits: 30 bits a byte, 0: none
//           word i   bytes 2i and 2i+1 | in word 1, bits 60-63: ones, so that its tag is >=
//           kFarTags
//
// The top byte of word 1 is the Record's tag. A near split that must hold what does not fit is
// frozen, so that it no longer changes, and a far one takes its place.
#ifndef HBSAN_DETECTOR_SPLIT_H_
#define HBSAN_DETECTOR_SPLIT_H_

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>

#include "detector/records.h"

namespace hbsan {

class Split {
 public:
  static constexpr std::uint32_t kNearSlots = 1;
  static constexpr std::uint32_t kFarSlots = 2;

  // `slots`: of a split, or uninitialised memory for one.
  explicit Split(Record& slots)
      : words_(reinterpret_cast<std::atomic<std::uint64_t>*>(&slots)),
        near_(slots.tag == kNearTag) {}

  using Ids = std::uint32_t[kCellBytes];
  // All ids are 0 or lie in the run of the first that is not. A list is never near: its records lie
  // anywhere.
  static bool AllNear(const Ids& ids);
  // Fills the slots in.
  static void MakeNear(Record& slots, const Ids& ids);
  static void MakeFar(Record& slots, const Ids& ids);

  bool near() const { return near_; }
  int words() const { return near_ ? 2 : 4; }
  int WordOf(int i) const { return near_ ? i / kNearPerWord : i / 2; }
  // Which of these bytes word `w` holds, from its first on.
  unsigned InWord(ByteMask bytes, int w) const {
    constexpr unsigned kFirst = (1u << kNearPerWord) - 1;
    if (near_) return w == 0 ? bytes & kFirst : static_cast<unsigned>(bytes) >> kNearPerWord;
    return static_cast<unsigned>(bytes) >> 2 * w & 3;
  }
  std::uint64_t LoadWord(int w) const { return words_[w].load(std::memory_order_seq_cst); }
  // The id of byte `i`, fully covered (it stands for its byte alone); 0: none.
  std::uint32_t Load(int i) const { return IdIn(LoadWord(WordOf(i)), i); }
  // The same where `word` is that byte's.
  std::uint32_t IdIn(std::uint64_t word, int i) const {
    return IdOf(word, near_ ? i % kNearPerWord : i % 2);
  }
  bool IsFrozen(std::uint64_t word, int w) const { return (word >> FrozenBit(w) & 1) != 0; }
  bool Fits(std::uint32_t id) const {
    return !near_ || id == 0 || (id & kIndexMask) >> kNearBits == Run();
  }
  // holds(id) for all bytes that are `in_word`. It is asked once for neighbours that are alike.
  template <typename Holds>
  bool All(std::uint64_t word, unsigned in_word, Holds holds) const {
    std::uint32_t last = kNoId;
    for (; in_word != 0; in_word &= in_word - 1) {
      const std::uint32_t id = IdOf(word, std::countr_zero(in_word));
      if (id == last) continue;
      if (!holds(id)) return false;
      last = id;
    }
    return true;
  }
  // The same for bytes of any words.
  template <typename Holds>
  bool All(ByteMask bytes, Holds holds) const {
    for (int w = 0; w < words(); ++w) {
      const unsigned in_word = InWord(bytes, w);
      if (in_word != 0 && !All(LoadWord(w), in_word, holds)) return false;
    }
    return true;
  }
  // One compare-and-swap: the bytes of word `w` that are `in_word` become `id`, which fits. `word`:
  // what it was; if that has changed, it is loaded anew.
  bool Exchange(int w, unsigned in_word, std::uint64_t& word, std::uint32_t id) {
    const std::uint64_t ones = near_ ? kNearOnes[in_word] : (in_word & 1) | (in_word & 2) << 29;
    return words_[w].compare_exchange_strong(
        word, (word & ~(ones * FieldMask())) | ones * (id & FieldMask()),
        std::memory_order_seq_cst);
  }
  // From now on it does not change.
  void Freeze();

 private:
  static constexpr std::uint8_t kNearTag = 0xc0;
  static constexpr std::uint64_t kFarTagBits = std::uint64_t{0x7} << 61;
  static constexpr int kNearBits = 10;
  static constexpr int kNearPerWord = 6;
  static constexpr int kRunShift = 20;
  static constexpr std::uint32_t kNoId = 1;  // no byte's
  static constexpr int kTagShift = 56;

  // The lowest bit of the field of each byte that is in a near word.
  static constexpr auto kNearOnes = [] {
    std::array<std::uint64_t, 1 << kNearPerWord> ones = {};
    for (unsigned in_word = 0; in_word < ones.size(); ++in_word) {
      for (int i = 0; i < kNearPerWord; ++i) {
        ones[in_word] |= std::uint64_t{in_word >> i & 1} << i * kNearBits;
      }
    }
    return ones;
  }();

  int FrozenBit(int word) const { return near_ && word == 1 ? 40 : 60; }
  // The id in field `i` of `word`.
  std::uint32_t IdOf(std::uint64_t word, int i) const {
    const int shift = i * (near_ ? kNearBits : static_cast<int>(kIndexBits));
    const auto field = static_cast<std::uint32_t>(word >> shift) & FieldMask();
    if (field == 0) return 0;
    return kFullyCovered | (near_ ? Run() << kNearBits | field : field);
  }
  std::uint32_t FieldMask() const { return near_ ? (1u << kNearBits) - 1 : kIndexMask; }
  std::uint32_t Run() const {
    constexpr std::uint32_t kRunMask = (1u << (kIndexBits - kNearBits)) - 1;
    return static_cast<std::uint32_t>(words_[1].load(std::memory_order_relaxed) >> kRunShift) &
           kRunMask;
  }

  std::atomic<std::uint64_t>* words_;
  bool near_;
};

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_SPLIT_H_
