#include "instrumentation/pass/filter.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "instrumentation/pass/anticipated.h"
#include "instrumentation/pass/private_objects.h"
#include "instrumentation/pass/regions.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Support/CommandLine.h"

#define DEBUG_TYPE "hbsan"

namespace hbsan {
namespace {

llvm::cl::opt<bool> drop_constant("hbsan-drop-constant", llvm::cl::init(true), llvm::cl::Hidden,
                                  llvm::cl::desc("Do not check reads of constant data"));
llvm::cl::opt<bool> drop_private("hbsan-drop-private", llvm::cl::init(true), llvm::cl::Hidden,
                                 llvm::cl::desc("Do not check locals that do not escape"));
llvm::cl::opt<bool> drop_dominated("hbsan-drop-dominated", llvm::cl::init(true), llvm::cl::Hidden,
                                   llvm::cl::desc("Do not check what a dominating check covers"));
llvm::cl::opt<bool> drop_read_before_write(
    "hbsan-drop-read-before-write", llvm::cl::init(true), llvm::cl::Hidden,
    llvm::cl::desc("Do not check reads whose bytes the block goes on to write"));

ALWAYS_ENABLED_STATISTIC(NumConstant, "Reads of constant data dropped");
ALWAYS_ENABLED_STATISTIC(NumPrivate, "Accesses to non-escaping locals dropped");
ALWAYS_ENABLED_STATISTIC(NumDominated, "Accesses covered by a dominating one dropped");
ALWAYS_ENABLED_STATISTIC(NumReadBeforeWrite, "Reads before a write dropped");

bool IsVptrLoad(const llvm::Value* value) {
  const auto* load = llvm::dyn_cast<llvm::LoadInst>(value);
  const llvm::MDNode* tag = load ? load->getMetadata(llvm::LLVMContext::MD_tbaa) : nullptr;
  return tag && tag->isTBAAVtableAccess();
}

bool IsConstantRead(const llvm::Instruction& inst, const llvm::Value* pointer) {
  if (inst.hasMetadata(llvm::LLVMContext::MD_invariant_load)) return true;
  if (IsVptrLoad(pointer->stripInBoundsConstantOffsets())) return true;  // An entry of a vtable.
  const auto* global = llvm::dyn_cast<llvm::GlobalVariable>(llvm::getUnderlyingObject(pointer));
  return global && global->isConstant();
}

// Bytes from one address on that checks so far account for; a write check serves a read too.
struct Covered {
  uint64_t by_write = 0;
  uint64_t by_any = 0;
  uint32_t writer = 0;  // The access that covers as many, if any.
  uint32_t any = 0;
};

class AccessFilter {
 public:
  AccessFilter(llvm::Function& function, Collected& collected)
      : function_(function),
        collected_(collected),
        regions_(collected),
        dropped_(collected.accesses.size()) {}

  void Run() {
    DropUnshared();
    if (drop_dominated) DropDominated();
    if (drop_read_before_write) DropReadsBeforeWrites();
    ForEachAnticipated(collected_, dropped_, [&](uint32_t access, std::optional<uint32_t> by) {
      by ? Drop(access, *by) : Drop(access);
    });
    Compact();
  }

 private:
  using Key = std::pair<Address, uint64_t>;  // With its region.

  bool IsUnshared(const llvm::Instruction& inst, const llvm::Value* pointer, bool is_write);
  void DropUnshared();
  void DropDominated();
  void DropDominatedIn(uint32_t block, std::vector<std::pair<Key, Covered>>& undo);
  void DropReadsBeforeWrites();
  void Compact();

  void Drop(uint32_t access) { dropped_[access] = true; }

  void Drop(uint32_t access, uint32_t covering) {
    Drop(access);
    Access& dropped = collected_.accesses[access];
    auto& covers = collected_.accesses[covering].covers;
    covers.push_back({dropped.inst, IsWrite(dropped.kind)});
    covers.append(dropped.covers);
    dropped.covers.clear();
  }

  llvm::Function& function_;
  Collected& collected_;
  const Regions regions_;
  PrivateObjects private_;
  std::vector<bool> dropped_;
  llvm::DenseMap<Key, Covered> covered_;
};

bool AccessFilter::IsUnshared(const llvm::Instruction& inst, const llvm::Value* pointer,
                              bool is_write) {
  if (drop_constant && !is_write && IsConstantRead(inst, pointer)) {
    ++NumConstant;
    return true;
  }
  if (drop_private && private_.Contains(pointer)) {
    ++NumPrivate;
    return true;
  }
  return false;
}

void AccessFilter::DropUnshared() {
  for (size_t i = 0; i < dropped_.size(); ++i) {
    const Access& access = collected_.accesses[i];
    dropped_[i] = IsUnshared(*access.inst, access.pointer, IsWrite(access.kind));
  }
  std::erase_if(collected_.lanes, [&](const LaneAccess& lanes) {
    return lanes.shape != LaneShape::kPointers &&
           IsUnshared(*lanes.inst, lanes.pointer, lanes.is_write);
  });
  std::erase_if(collected_.bulk, [&](const llvm::MemIntrinsic* bulk) {
    const auto* transfer = llvm::dyn_cast<llvm::MemTransferInst>(bulk);
    return IsUnshared(*bulk, bulk->getRawDest(), /*is_write=*/true) &&
           (!transfer || IsUnshared(*bulk, transfer->getRawSource(), /*is_write=*/false));
  });
}

// Walks the dominator tree; `covered_` holds what the blocks above account for, `undo` how to leave
// a block.
void AccessFilter::DropDominated() {
  if (collected_.accesses.empty()) return;
  llvm::DenseMap<const llvm::BasicBlock*, uint32_t> index;
  for (uint32_t i = 0; i < collected_.blocks.size(); ++i) index[collected_.blocks[i].block] = i;
  std::vector<std::pair<Key, Covered>> undo;
  if (collected_.blocks.size() == 1) return DropDominatedIn(0, undo);

  struct Visit {
    const llvm::DomTreeNode* node;
    llvm::DomTreeNode::const_iterator next_child;
    size_t undo_size;
  };
  const llvm::DominatorTree tree(function_);
  std::vector<Visit> path;
  auto enter = [&](const llvm::DomTreeNode* node) {
    path.push_back({node, node->begin(), undo.size()});
    DropDominatedIn(index.lookup(node->getBlock()), undo);
  };
  enter(tree.getRootNode());
  while (!path.empty()) {
    Visit& visit = path.back();
    if (visit.next_child != visit.node->end()) {
      enter(*visit.next_child++);
      continue;
    }
    for (; undo.size() > visit.undo_size; undo.pop_back()) {
      covered_[undo.back().first] = undo.back().second;
    }
    path.pop_back();
  }
}

void AccessFilter::DropDominatedIn(uint32_t block, std::vector<std::pair<Key, Covered>>& undo) {
  const BlockAccesses& range = collected_.blocks[block];
  for (uint32_t i = range.begin; i < range.end; ++i) {
    const Access& access = collected_.accesses[i];
    if (dropped_[i] || !MayBeCovered(access)) continue;
    const Key key{AddressOf(access), static_cast<uint64_t>(regions_.Of(block, access.segment))};
    Covered& covered = covered_[key];
    const uint64_t size = access.size.getFixedValue();
    const bool is_write = IsWrite(access.kind);
    if (size <= (is_write ? covered.by_write : covered.by_any)) {
      Drop(i, is_write ? covered.writer : covered.any);
      ++NumDominated;
      continue;
    }
    undo.emplace_back(key, covered);
    if (size > covered.by_any) {
      covered.by_any = size;
      covered.any = i;
    }
    if (is_write) {
      covered.by_write = size;
      covered.writer = i;
    }
  }
}

void AccessFilter::DropReadsBeforeWrites() {
  struct Written {
    uint64_t bytes = 0;
    uint32_t by = 0;
  };
  llvm::DenseMap<Address, Written> written;  // By a write further down in the same segment.
  for (const BlockAccesses& range : collected_.blocks) {
    written.clear();
    for (uint32_t i = range.end; i-- > range.begin;) {
      const Access& access = collected_.accesses[i];
      if (i + 1 < range.end && collected_.accesses[i + 1].stretch != access.stretch) {
        written.clear();
      }
      if (dropped_[i] || !MayBeCovered(access)) continue;
      const Address address = AddressOf(access);
      const uint64_t size = access.size.getFixedValue();
      if (IsWrite(access.kind)) {
        Written& known = written[address];
        if (size > known.bytes) known = {size, i};
      } else if (const Written known = written.lookup(address); size <= known.bytes) {
        Drop(i, known.by);
        ++NumReadBeforeWrite;
      }
    }
  }
}

void AccessFilter::Compact() {
  std::vector<Access> kept;
  for (size_t i = 0; i < dropped_.size(); ++i) {
    if (!dropped_[i]) kept.push_back(std::move(collected_.accesses[i]));
  }
  collected_.accesses = std::move(kept);
  collected_.blocks.clear();  // Their ranges no longer hold.
}

}  // namespace

void Filter(llvm::Function& function, Collected& collected) {
  AccessFilter(function, collected).Run();
}

}  // namespace hbsan
