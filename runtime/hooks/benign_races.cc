#include "runtime/hooks/benign_races.h"

#include "detector/memory.h"
#include "runtime/sys.h"

namespace hbsan {
namespace {

struct Range {
  Addr begin;
  Addr end;
};

// Ranges in blocks that are never freed; found by a walk, which happens only when there is a race
// to report.
struct Block {
  static constexpr std::size_t kRanges = 255;
  Block* next;
  std::size_t used;
  Range ranges[kRanges];
};

constinit SpinLock lock;
constinit Block* blocks = nullptr;

bool Contains(Range r, Addr begin, Addr end) { return r.begin <= begin && end <= r.end; }
bool Overlaps(Range r, Addr begin, Addr end) { return begin < r.end && r.begin < end; }

// With the lock held.
template <typename Matches>
bool Any(Matches matches) {
  for (const Block* block = blocks; block != nullptr; block = block->next) {
    for (std::size_t i = 0; i < block->used; ++i) {
      if (matches(block->ranges[i])) return true;
    }
  }
  return false;
}

}  // namespace

void DeclareBenign(Addr addr, std::size_t size) {
  SpinLockHolder hold(lock);
  if (Any([&](Range r) { return Contains(r, addr, addr + size); })) return;
  if (blocks == nullptr || blocks->used == Block::kRanges) {
    auto* block = static_cast<Block*>(sys::Map(sizeof(Block)));
    block->next = blocks;
    blocks = block;
  }
  blocks->ranges[blocks->used++] = {addr, addr + size};
}

bool IsDeclaredBenign(Addr addr, std::size_t size) {
  SpinLockHolder hold(lock);
  return Any([&](Range r) { return Overlaps(r, addr, addr + size); });
}

}  // namespace hbsan
