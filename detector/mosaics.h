// Mosaics: which place of the program accessed which byte of a cell. A thread that accesses a
// cell's bytes at several places in one epoch leaves a single record there, whose mosaic names the
// place for each byte.
//
// Interned for good, as call stacks are: what code that handles bytes leaves in its buffers' cells
// recurs from cell to cell and from epoch to epoch. Looking one up and adding it is lock free.
#ifndef HBSAN_DETECTOR_MOSAICS_H_
#define HBSAN_DETECTOR_MOSAICS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "detector/memory.h"
#include "detector/types.h"

namespace hbsan {

// What a record says of one access's place.
struct Tile {
  std::uint32_t below = 0;         // see Record
  std::uint32_t site_and_tag = 0;  // 0: no access

  static Tile Of(std::uint32_t below, std::uint32_t site, std::uint8_t tag) {
    return {below, site << 8 | tag};
  }
  std::uint32_t site() const { return site_and_tag >> 8; }
  std::uint8_t tag() const { return static_cast<std::uint8_t>(site_and_tag); }
  friend bool operator==(Tile, Tile) = default;
};

// Of a cell, byte by byte.
struct Mosaic {
  Tile tiles[kCellBytes];
  friend bool operator==(const Mosaic&, const Mosaic&) = default;
};

class Mosaics {
 public:
  static constexpr std::uint32_t kMost = (1u << 17) - 1;

  void Init(const Host& host);
  // The mosaic's number; 0: it is new, and there are too many.
  std::uint32_t Intern(const Mosaic& mosaic);
  const Mosaic& operator[](std::uint32_t id) const { return nodes_[id].mosaic; }

 private:
  struct Node {
    Mosaic mosaic;
    std::uint32_t next;  // in the bucket
  };
  static constexpr int kTableBits = 16;

  Node* nodes_ = nullptr;
  std::atomic<std::uint32_t>* buckets_ = nullptr;
  alignas(kCacheLine) std::atomic<std::uint32_t> used_{0};
};

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_MOSAICS_H_
