#include "detector/patches.h"

#include "detector/quick_check.h"

namespace hbsan {

// False if `id`, not 0, stands for something else than plain accesses, each byte for one.
bool Detector::FindPatches(std::uint32_t id, Patches& patches) const {
  const Record& record = records_[id];
  if (!records_.IsMixed(id)) {
    patches.Set(0, id, BytesOfSingle(id, record));
    return !record.atomic();
  }
  if (record.IsPatches()) {
    patches = Patches(record);
    return true;
  }
  if (!record.IsPair() || record.low == 0 || record.high == 0) return false;
  const auto set = [&](int i, std::uint32_t half, ByteMask within) {
    const Record& of_half = records_[half];
    patches.Set(i, half, BytesOfSingle(half, of_half) & within);
    return of_half.IsSingle() && !of_half.atomic();
  };
  return set(0, record.low, 0x0f) && set(1, record.high, 0xf0);
}

std::uint32_t Detector::ComposePatches(ThreadState& t, std::uint32_t old, std::uint32_t record,
                                       ByteMask bytes, std::uintptr_t pc, std::uint8_t tag) {
  Patches before;
  if (!FindPatches(old, before)) return 0;
  std::uint32_t own = 0;
  ByteMask own_bytes = bytes;
  Patches after;
  int count = 1;  // with our own
  bool subsumed = false;
  const bool known = before.All([&](std::uint32_t index, ByteMask held) {
    if (own == 0 && t.InPresentEpoch(index)) {
      subsumed = (bytes & ~held) == 0;
      if (subsumed) return false;
      own = ComposeOwn(t, index, held, record, bytes, pc);
      if (own != 0) {
        own_bytes |= held;
        return true;
      }
    }
    if ((held & bytes) != 0 && !IsOrderedSingle(t, index)) return false;
    const ByteMask left = held & static_cast<ByteMask>(~bytes);
    if (left == 0) return true;
    if (count == Patches::kMost) return false;
    after.Set(count++, index, left);
    return true;
  });
  if (!known) return subsumed ? old : 0;
  if (own == 0) own = IdAlone(t, bytes, pc, records_[record].below, tag);
  if (count == 1) return own;
  if (count == 2 && IsHalf(own_bytes) && IsHalf(after.Bytes(1))) {
    return Pair(t, own_bytes, own, after.Index(1) | CoverageOf(after.Bytes(1)));
  }
  after.Set(0, own, own_bytes);
  return NewPatches(t, after) | CoverageOf(own_bytes);
}

std::uint32_t Detector::NewPatches(ThreadState& t, const Patches& patches) {
  if (records_.marking()) {
    patches.All([&](std::uint32_t index, ByteMask) {
      records_.Mark(index);
      return true;
    });
  }
  const std::uint32_t made = NewRecord(t);
  records_[made] = patches.AsRecord();
  records_.SetMixed(made);
  return made;
}

}  // namespace hbsan
