#include "detector/clock_leaf.h"

namespace hbsan {
namespace {

constexpr std::uint32_t kBlock = LeafColumns(1);  // columns that are compared at once
constexpr std::uint64_t kLowMask = (std::uint64_t{1} << ClockLeaf::kLowBits) - 1;

void CopyBlocks(std::int32_t* to, const std::int32_t* from, std::uint32_t columns) {
  for (std::uint32_t at = 0; at < columns; at += kBlock) {
    __builtin_memcpy_inline(to + at, from + at, kBlock * sizeof *to);
  }
}

// Vectors of columns, as SSE2 has them.
using Columns = std::int32_t __attribute__((vector_size(16)));
using Bytes = char __attribute__((vector_size(16)));
constexpr std::uint32_t kColumns = sizeof(Columns) / sizeof(std::int32_t);

Columns Load(const std::int32_t* columns) {
  Columns loaded;
  __builtin_memcpy_inline(&loaded, columns, sizeof loaded);
  return loaded;
}

// Whether none of a block's columns is above those of another.
bool BlockCovers(const std::int32_t* block, const std::int32_t* from) {
  Columns above = {};
  for (std::uint32_t i = 0; i < kBlock; i += kColumns) above |= Load(from + i) > Load(block + i);
  return __builtin_ia32_pmovmskb128(__builtin_bit_cast(Bytes, above)) == 0;
}

void JoinBlock(std::int32_t* to, const std::int32_t* a, const std::int32_t* b) {
  for (std::uint32_t i = 0; i < kBlock; i += kColumns) {
    const Columns ours = Load(a + i);
    const Columns theirs = Load(b + i);
    const Columns joined = ours > theirs ? ours : theirs;
    __builtin_memcpy_inline(to + i, &joined, sizeof joined);
  }
}

}  // namespace

void ClockLeaves::Init(const Host& host) {
  constexpr const char* kTooMany = "too many vector clock leaves";
  smallest_.Init(host, 1u << 26, kTooMany);
  middle_.Init(host, 1u << 25, kTooMany);
  largest_.Init(host, 1u << 24, kTooMany);
  const auto place = [](auto& pool) {
    char* const first = reinterpret_cast<char*>(&pool[0]);
    return Place{first, static_cast<std::size_t>(reinterpret_cast<char*>(&pool[1]) - first)};
  };
  places_[1] = place(smallest_);
  places_[2] = place(middle_);
  places_[3] = place(largest_);
}

std::uint32_t ClockLeaves::Allocate(Cache& cache, std::uint32_t height) {
  const std::uint32_t leaf = height == 1   ? cache.smallest.Allocate(smallest_)
                             : height == 2 ? cache.middle.Allocate(middle_)
                                           : cache.largest.Allocate(largest_);
  ClockLeaf& l = At(leaf, height);
  l.references.store(1, std::memory_order_relaxed);
  l.high = 0;
  return leaf;
}

void ClockLeaves::Free(Cache& cache, std::uint32_t leaf, std::uint32_t height) {
  if (const std::uint32_t high = At(leaf, height).high) Free(cache, high, height);
  if (height == 1) {
    cache.smallest.Free(smallest_, leaf);
  } else if (height == 2) {
    cache.middle.Free(middle_, leaf);
  } else {
    cache.largest.Free(largest_, leaf);
  }
}

void ClockLeaves::Flush(Cache& cache) {
  cache.smallest.Flush(smallest_);
  cache.middle.Flush(middle_);
  cache.largest.Flush(largest_);
}

void ClockLeaves::Set(Cache& cache, std::uint32_t leaf, std::uint32_t height, std::uint32_t column,
                      Clock clock) {
  ClockLeaf& l = At(leaf, height);
  l.low()[column] = static_cast<std::int32_t>(clock.value & kLowMask);
  const auto high = static_cast<std::int32_t>(clock.value >> ClockLeaf::kLowBits);
  if (high == 0 && l.high == 0) return;
  if (l.high == 0) {
    l.high = Allocate(cache, height);
    Clear(l.high, height);
  }
  At(l.high, height).low()[column] = high;
}

void ClockLeaves::Clear(std::uint32_t leaf, std::uint32_t height) {
  std::fill_n(At(leaf, height).low(), LeafColumns(height), 0);
}

void ClockLeaves::Copy(Cache& cache, std::uint32_t leaf, std::uint32_t height, std::uint32_t from,
                       std::uint32_t from_height) {
  ClockLeaf& to = At(leaf, height);
  const ClockLeaf& source = At(from, from_height);
  CopyBlocks(to.low(), source.low(), LeafColumns(from_height));
  std::fill(to.low() + LeafColumns(from_height), to.low() + LeafColumns(height), 0);
  if (source.high == 0) return;
  to.high = Allocate(cache, height);
  Copy(cache, to.high, height, source.high, from_height);
}

bool ClockLeaves::Covers(std::uint32_t leaf, std::uint32_t height, std::uint32_t from,
                         std::uint32_t from_height, std::uint32_t but) const {
  const ClockLeaf& ours = At(leaf, height);
  const ClockLeaf& theirs = At(from, from_height);
  if ((ours.high | theirs.high) != 0) [[unlikely]] {
    return CoversHigh(leaf, height, from, from_height, but);
  }
  for (std::uint32_t at = 0; at < LeafColumns(from_height); at += kBlock) {
    if (BlockCovers(ours.low() + at, theirs.low() + at)) continue;
    if (but - at >= kBlock) return false;
    for (std::uint32_t i = at; i < at + kBlock; ++i) {
      if (theirs.low()[i] > ours.low()[i] && i != but) return false;
    }
  }
  return true;
}

bool ClockLeaves::CoversHigh(std::uint32_t leaf, std::uint32_t height, std::uint32_t from,
                             std::uint32_t from_height, std::uint32_t but) const {
  for (std::uint32_t i = 0; i < LeafColumns(from_height); ++i) {
    if (Get(from, from_height, i) > Get(leaf, height, i) && i != but) return false;
  }
  return true;
}

void ClockLeaves::Join(Cache& cache, std::uint32_t to, std::uint32_t a, std::uint32_t height,
                       std::uint32_t b, std::uint32_t b_height) {
  if ((At(a, height).high | At(b, b_height).high) != 0) [[unlikely]] {
    return JoinHigh(cache, to, a, height, b, b_height);
  }
  std::int32_t* const joined = At(to, height).low();
  const std::int32_t* const ours = At(a, height).low();
  const std::int32_t* const theirs = At(b, b_height).low();
  const std::uint32_t common = LeafColumns(b_height);
  for (std::uint32_t at = 0; at < common; at += kBlock) {
    JoinBlock(joined + at, ours + at, theirs + at);
  }
  if (to != a) CopyBlocks(joined + common, ours + common, LeafColumns(height) - common);
}

void ClockLeaves::JoinHigh(Cache& cache, std::uint32_t to, std::uint32_t a, std::uint32_t height,
                           std::uint32_t b, std::uint32_t b_height) {
  if (to != a) Copy(cache, to, height, a, height);
  for (std::uint32_t i = 0; i < LeafColumns(b_height); ++i) {
    const Clock theirs = Get(b, b_height, i);
    if (theirs > Get(to, height, i)) Set(cache, to, height, i, theirs);
  }
}

}  // namespace hbsan
