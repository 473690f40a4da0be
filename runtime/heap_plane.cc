#include "runtime/heap_plane.h"

#include <algorithm>

#include "detector/hot_state.h"
#include "runtime/address_space.h"

namespace hbsan {
namespace {

constexpr std::size_t kGranule = 16;
constexpr std::size_t kPlaneBytes = (std::size_t{1} << kKeyBits) / kGranule * sizeof(std::uint32_t);

constexpr std::uint32_t kStartBit = 1u << 31;
constexpr std::uint32_t kValueMask = kStartBit - 1;

// Granule 1.
constexpr int kStateShift = 29;
constexpr std::uint32_t kLive = 1, kFreed = 2;
constexpr std::uint32_t kGoroutineBit = 1u << 28;
constexpr std::uint32_t kShortBit = 1u << 27;
constexpr int kLowSizeShift = 22, kLowSizeBits = 5;
constexpr std::uint32_t kLowSizeMask = (1u << kLowSizeBits) - 1;
constexpr std::uint32_t kThreadMask = (1u << kLowSizeShift) - 1;

constexpr std::size_t kShortBytes = 24;  // the largest block that may have only two granules

std::uint32_t StateOf(std::uint32_t word) { return word >> kStateShift; }

}  // namespace

constinit HeapPlane::Word* HeapPlane::plane_ = nullptr;
constinit HeapPlane::LargeSlot HeapPlane::large_[kLargeSlots] = {};
constinit std::atomic<std::uint32_t> HeapPlane::next_large_{0};

void HeapPlane::Reserve() { plane_ = static_cast<Word*>(ReserveAddressSpace(kPlaneBytes)); }

HeapPlane::Word* HeapPlane::WordsAt(Addr addr) {
  return plane_ == nullptr ? nullptr : plane_ + (addr & kKeyMask) / kGranule;
}

void HeapPlane::MarkAllocated(const HeapBlock& block) {
  Word* words = WordsAt(block.begin);
  const bool is_short = block.size <= kShortBytes;
  words[0].store(kStartBit | block.allocated.value, std::memory_order_relaxed);
  words[1].store(kLive << kStateShift | (block.by_goroutine ? kGoroutineBit : 0) |
                     (is_short ? kShortBit : 0) |
                     static_cast<std::uint32_t>(block.size & kLowSizeMask) << kLowSizeShift |
                     (block.allocated_by & kThreadMask),
                 std::memory_order_relaxed);
  if (is_short) return;
  const std::size_t high = std::min<std::size_t>(block.size >> kLowSizeBits, kValueMask);
  words[2].store(static_cast<std::uint32_t>(high), std::memory_order_relaxed);
  if (block.size >= kLargeBlock) {
    words[3].store(TakeLargeSlot(block.begin), std::memory_order_relaxed);
  }
}

std::size_t HeapPlane::MarkFreed(Addr begin) {
  HeapBlock block;
  if (!Decode(begin, block) || block.freed) return 0;
  Word* words = WordsAt(begin);
  const std::uint32_t rest = words[1].load(std::memory_order_relaxed) & ((1u << kStateShift) - 1);
  words[1].store(kFreed << kStateShift | rest, std::memory_order_relaxed);
  if (block.size >= kLargeBlock) {
    const std::uint32_t slot = words[3].load(std::memory_order_relaxed);
    if (slot < kLargeSlots) large_[slot].store(begin | 1, std::memory_order_relaxed);
  }
  return block.size;
}

// kLargeSlots if the table is full: the block is then not found from far inside.
std::uint32_t HeapPlane::TakeLargeSlot(Addr begin) {
  for (std::uint32_t tries = 0; tries < kLargeSlots; ++tries) {
    const std::uint32_t slot = next_large_.fetch_add(1, std::memory_order_relaxed) % kLargeSlots;
    Addr old = large_[slot].load(std::memory_order_relaxed);
    const bool is_free = old == 0 || (old & 1) != 0;
    if (is_free && large_[slot].compare_exchange_strong(old, begin, std::memory_order_relaxed)) {
      return slot;
    }
  }
  return kLargeSlots;
}

// The block that begins exactly here; false if there is none, or what is left of it was
// overwritten.
bool HeapPlane::Decode(Addr begin, HeapBlock& block) {
  const Word* words = WordsAt(begin);
  if (words == nullptr) return false;
  const std::uint32_t start = words[0].load(std::memory_order_relaxed);
  const std::uint32_t state = words[1].load(std::memory_order_relaxed);
  if ((start & kStartBit) == 0 || (state & kStartBit) != 0 || StateOf(state) == 0) return false;
  block.begin = begin;
  block.size = state >> kLowSizeShift & kLowSizeMask;
  block.allocated = {start & kValueMask};
  block.allocated_by = state & kThreadMask;
  block.by_goroutine = (state & kGoroutineBit) != 0;
  block.freed = StateOf(state) == kFreed;
  if ((state & kShortBit) != 0) return true;
  const std::uint32_t high = words[2].load(std::memory_order_relaxed);
  block.size |= std::size_t{high} << kLowSizeBits;
  return (high & kStartBit) == 0;
}

// Walks back to the first live block, which alone can be the live one that holds `addr`; on the
// way, remembers the nearest freed one that did.
bool HeapPlane::Find(Addr addr, HeapBlock& block) {
  bool found = false;
  Addr begin = addr & ~(kGranule - 1);
  for (std::size_t walked = 0; walked <= kLargeBlock && begin != 0; walked += kGranule) {
    HeapBlock candidate;
    if (Decode(begin, candidate)) {
      const bool holds = addr - begin < candidate.size;
      if (holds && (!candidate.freed || !found)) {
        block = candidate;
        found = true;
      }
      if (!candidate.freed) return found;
    }
    begin -= kGranule;
  }
  HeapBlock large;
  if (FindLarge(addr, large) && (!found || !large.freed)) {
    block = large;
    found = true;
  }
  return found;
}

bool HeapPlane::FindLarge(Addr addr, HeapBlock& block) {
  bool found = false;
  for (const LargeSlot& slot : large_) {
    const Addr begin = slot.load(std::memory_order_relaxed) & ~Addr{1};
    HeapBlock candidate;
    if (begin == 0 || addr < begin || !Decode(begin, candidate)) continue;
    if (addr - begin >= candidate.size || (found && candidate.freed)) continue;
    block = candidate;
    found = true;
    if (!block.freed) break;
  }
  return found;
}

}  // namespace hbsan
