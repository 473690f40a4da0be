// A split: the ids of a cell's 8 bytes, each changed by a compare-and-swap of its own.
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

#include <atomic>
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
  // The id of byte `i`, fully covered (it stands for its byte alone); 0: none.
  std::uint32_t Load(int i) const {
    return IdIn(words_[WordOf(i)].load(std::memory_order_seq_cst), i);
  }
  // What a change of byte `i` compares with.
  std::uint64_t LoadWord(int i) const { return words_[WordOf(i)].load(std::memory_order_seq_cst); }
  std::uint32_t IdIn(std::uint64_t word, int i) const {
    const auto field = static_cast<std::uint32_t>(word >> ShiftOf(i)) & FieldMask();
    if (field == 0) return 0;
    return kFullyCovered | (near_ ? Run() << kNearBits | field : field);
  }
  bool IsFrozen(std::uint64_t word, int i) const { return (word >> FrozenBit(WordOf(i)) & 1) != 0; }
  bool Fits(std::uint32_t id) const {
    return !near_ || id == 0 || (id & kIndexMask) >> kNearBits == Run();
  }
  // One compare-and-swap: byte `i` of `word` becomes `id`, which fits. If the word had changed, it
  // is loaded anew.
  bool Exchange(int i, std::uint64_t& word, std::uint32_t id);
  // From now on it does not change.
  void Freeze();

 private:
  static constexpr std::uint8_t kNearTag = 0xc0;
  static constexpr std::uint64_t kFarTagBits = std::uint64_t{0x7} << 61;
  static constexpr int kNearBits = 10;
  static constexpr int kNearPerWord = 6;
  static constexpr int kRunShift = 20;
  static constexpr int kTagShift = 56;

  int FrozenBit(int word) const { return near_ && word == 1 ? 40 : 60; }
  int WordOf(int i) const { return near_ ? i / kNearPerWord : i / 2; }
  int ShiftOf(int i) const {
    return near_ ? i % kNearPerWord * kNearBits : i % 2 * static_cast<int>(kIndexBits);
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
