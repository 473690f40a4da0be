#include "instrumentation/pass/anticipated.h"

#include <algorithm>

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/IR/CFG.h"
#include "llvm/Support/CommandLine.h"

#define DEBUG_TYPE "hbsan"

namespace hbsan {
namespace {

llvm::cl::opt<bool> drop_anticipated(
    "hbsan-drop-anticipated", llvm::cl::init(true), llvm::cl::Hidden,
    llvm::cl::desc("Do not check what accesses on all ways from there cover"));

ALWAYS_ENABLED_STATISTIC(NumAnticipated, "Accesses covered by later ones dropped");

// More are not followed up: each block keeps its own.
constexpr unsigned kMostAddresses = 128;

// How many bytes are accessed later in any way, and written; and by which access, if it is one.
struct Later {
  uint64_t any_bytes = 0;
  uint64_t written_bytes = 0;
  std::optional<uint32_t> any;
  std::optional<uint32_t> writer;
};
using LaterAccesses = llvm::DenseMap<Address, Later>;

// What holds on both ways.
Later Meet(const Later& a, const Later& b) {
  return {std::min(a.any_bytes, b.any_bytes), std::min(a.written_bytes, b.written_bytes),
          a.any == b.any ? a.any : std::nullopt, a.writer == b.writer ? a.writer : std::nullopt};
}

class Anticipation {
 public:
  Anticipation(const Collected& collected, const std::vector<bool>& dropped,
               llvm::function_ref<void(uint32_t, std::optional<uint32_t>)> drop)
      : collected_(collected), dropped_(dropped), drop_(drop), at_entry_(collected.blocks.size()) {
    for (uint32_t i = 0; i < collected.blocks.size(); ++i) index_[collected.blocks[i].block] = i;
  }

  void Run() {
    for (uint32_t i = collected_.blocks.size(); i-- > 0;) {
      LaterAccesses later = AtExit(i);
      Walk(collected_.blocks[i], later);
      if (later.size() <= kMostAddresses) at_entry_[i] = std::move(later);
    }
  }

 private:
  // Successors that come before the block are heads of loops.
  LaterAccesses AtExit(uint32_t block) const {
    std::optional<LaterAccesses> common;
    for (const llvm::BasicBlock* successor : llvm::successors(collected_.blocks[block].block)) {
      const uint32_t next = index_.lookup(successor);
      if (next <= block) return LaterAccesses();
      const LaterAccesses& later = at_entry_[next];
      if (!common) {
        common = later;
        continue;
      }
      LaterAccesses both;
      for (const auto& [address, known] : *common) {
        const auto found = later.find(address);
        if (found != later.end()) both[address] = Meet(known, found->second);
      }
      common = std::move(both);
    }
    return common ? std::move(*common) : LaterAccesses();
  }

  // From the block's end to its start.
  void Walk(const BlockAccesses& range, LaterAccesses& later) {
    uint32_t stretch = range.stretches;
    for (uint32_t i = range.end; i-- > range.begin;) {
      const Access& access = collected_.accesses[i];
      if (access.stretch != stretch) later.clear();
      stretch = access.stretch;
      if (!dropped_[i] && MayBeCovered(access)) Visit(i, later[AddressOf(access)]);
    }
    if (stretch != 0) later.clear();
    // What a name stands for before its definition is another round's.
    llvm::SmallVector<Address, 4> outdated;
    for (const auto& [address, known] : later) {
      const auto* base = llvm::dyn_cast<llvm::Instruction>(address.first);
      if (base && base->getParent() == range.block) outdated.push_back(address);
    }
    for (const Address& address : outdated) later.erase(address);
  }

  void Visit(uint32_t index, Later& later) {
    const Access& access = collected_.accesses[index];
    const bool is_write = IsWrite(access.kind);
    const uint64_t size = access.size.getFixedValue();
    if (size <= (is_write ? later.written_bytes : later.any_bytes)) {
      drop_(index, is_write ? later.writer : later.any);
      ++NumAnticipated;
      return;
    }
    if (size > later.any_bytes) {
      later.any_bytes = size;
      later.any = index;
    }
    if (is_write) {
      later.written_bytes = size;
      later.writer = index;
    }
  }

  const Collected& collected_;
  const std::vector<bool>& dropped_;
  const llvm::function_ref<void(uint32_t, std::optional<uint32_t>)> drop_;
  llvm::DenseMap<const llvm::BasicBlock*, uint32_t> index_;
  std::vector<LaterAccesses> at_entry_;  // By block.
};

}  // namespace

void ForEachAnticipated(
    const Collected& collected, const std::vector<bool>& dropped,
    llvm::function_ref<void(uint32_t access, std::optional<uint32_t> by)> drop) {
  if (drop_anticipated && collected.accesses.size() > 1) {
    Anticipation(collected, dropped, drop).Run();
  }
}

}  // namespace hbsan
