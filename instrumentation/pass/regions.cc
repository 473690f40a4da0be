#include "instrumentation/pass/regions.h"

#include <optional>

#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/CFG.h"

namespace hbsan {

// Optimistic: a predecessor not seen yet agrees with all others. A block that once found its
// predecessors at odds keeps its own number, so that the iteration ends; a few rounds do, one for
// each level of loops.
Regions::Regions(const Collected& collected) : entry_(collected.blocks.size()) {
  llvm::DenseMap<const llvm::BasicBlock*, uint32_t> index;
  for (uint32_t i = 0; i < collected.blocks.size(); ++i) index[collected.blocks[i].block] = i;

  std::vector<bool> seen(collected.blocks.size());
  auto at_entry = [&](uint32_t block) {
    std::optional<RegionId> common;
    if (block == 0) return Fresh(0, 0);
    for (const llvm::BasicBlock* predecessor : llvm::predecessors(collected.blocks[block].block)) {
      const auto found = index.find(predecessor);
      if (found == index.end() || !seen[found->second]) continue;
      const RegionId at_exit = Of(found->second, collected.blocks[found->second].boundaries);
      if (common && *common != at_exit) return Fresh(block, 0);
      common = at_exit;
    }
    return *common;  // Reverse post-order: some predecessor was seen.
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (uint32_t block = 0; block < collected.blocks.size(); ++block) {
      if (seen[block] && entry_[block] == Fresh(block, 0)) continue;
      const RegionId region = at_entry(block);
      changed |= !seen[block] || region != entry_[block];
      seen[block] = true;
      entry_[block] = region;
    }
  }
}

}  // namespace hbsan
