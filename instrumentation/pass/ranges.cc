#include "instrumentation/pass/ranges.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "instrumentation/pass/invariant.h"
#include "instrumentation/pass/quotients.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Transforms/Utils/LoopSimplify.h"
#include "llvm/Transforms/Utils/LoopUtils.h"
#include "llvm/Transforms/Utils/ScalarEvolutionExpander.h"

#define DEBUG_TYPE "hbsan"

namespace hbsan {
namespace {

llvm::cl::opt<bool> loop_ranges("hbsan-loop-ranges", llvm::cl::init(true), llvm::cl::Hidden,
                                llvm::cl::desc("Check ranges that loops touch at once"));

llvm::cl::opt<bool> nested_ranges("hbsan-nested-ranges", llvm::cl::init(true), llvm::cl::Hidden,
                                  llvm::cl::desc("Check ranges of nested loops before them all"));

llvm::cl::opt<bool> strided_ranges(
    "hbsan-strided-ranges", llvm::cl::init(true), llvm::cl::Hidden,
    llvm::cl::desc("Check ranges with gaps that loops touch at once"));

llvm::cl::opt<bool> row_ranges("hbsan-row-ranges", llvm::cl::init(true), llvm::cl::Hidden,
                               llvm::cl::desc("Check rows that loops touch column by column"));

ALWAYS_ENABLED_STATISTIC(NumRows, "Ranges of rows checked before two loops");
ALWAYS_ENABLED_STATISTIC(NumStrided, "Ranges with gaps checked before loops");
ALWAYS_ENABLED_STATISTIC(NumWidened, "Ranges moved before a further loop");
ALWAYS_ENABLED_STATISTIC(NumRanges, "Ranges checked before loops");
ALWAYS_ENABLED_STATISTIC(NumInRanges, "Accesses checked as part of a range");

// Loops that are known to end after fewer iterations are not worth a call.
constexpr uint64_t kLeastIterations = 8;

// An access whose address is `start` + `step` * the number of the iteration.
struct Affine {
  size_t access;  // Index in Collected::accesses.
  const llvm::SCEV* start;
  int64_t step;
  int64_t size;
  int64_t offset;  // From the start of the first of its like.
};

enum class Shape : std::uint8_t {
  kWithoutGaps,
  kWithGaps,  // between the accesses of one iteration and of the next
  kRows,      // the same, but a loop around fills the gaps
};

// A report of either names the right line.
bool OnOneLine(const llvm::Instruction& a, const llvm::Instruction& b) {
  const llvm::DILocation* first = a.getDebugLoc();
  const llvm::DILocation* second = b.getDebugLoc();
  if (!first || !second) return first == second;
  return first->getLine() == second->getLine() && first->getFile() == second->getFile() &&
         first->getInlinedAt() == second->getInlinedAt();
}

class RangeTaker {
 public:
  RangeTaker(llvm::Function& function, Collected& collected, const LoopAnalyses& analyses)
      : collected_(collected),
        tree_(analyses.tree),
        loops_(analyses.loops),
        evolution_(analyses.evolution),
        expander_(evolution_, function.getDataLayout(), "hbsan"),
        quotients_(function, loops_, tree_, evolution_),
        taken_(collected.accesses.size()) {}

  std::vector<Range> Take() {
    for (llvm::Loop* loop : loops_.getLoopsInPreorder()) {
      if (loop->isInnermost()) TakeFrom(*loop);
    }
    std::vector<Access> kept;
    for (size_t i = 0; i < taken_.size(); ++i) {
      if (!taken_[i]) kept.push_back(collected_.accesses[i]);
    }
    collected_.accesses = std::move(kept);
    return std::move(ranges_);
  }

 private:
  // The number of iterations after the first; null if it is not known, or if something else may
  // happen than that all of them are executed without a boundary.
  const llvm::SCEV* FurtherIterations(const llvm::Loop& loop) {
    const llvm::BasicBlock* latch = loop.getLoopLatch();
    if (!latch || loop.getExitingBlock() != latch || HasBoundary(loop)) return nullptr;
    const llvm::SCEV* count = evolution_.getBackedgeTakenCount(&loop);
    if (llvm::isa<llvm::SCEVCouldNotCompute>(count)) return nullptr;
    const auto* constant = llvm::dyn_cast<llvm::SCEVConstant>(count);
    if (constant && constant->getAPInt().ult(kLeastIterations - 1)) return nullptr;
    return count;
  }

  std::optional<Affine> AsAffine(const llvm::Loop& loop, size_t index) {
    const Access& access = collected_.accesses[index];
    if (taken_[index] || access.size.isScalable()) return std::nullopt;
    if (access.kind != AccessKind::kRead && access.kind != AccessKind::kWrite) return std::nullopt;
    const llvm::BasicBlock* block = access.inst->getParent();
    if (loops_.getLoopFor(block) != &loop || !tree_.dominates(block, loop.getLoopLatch())) {
      return std::nullopt;
    }
    const auto* recurrence =
        llvm::dyn_cast<llvm::SCEVAddRecExpr>(evolution_.getSCEV(access.pointer));
    if (!recurrence || recurrence->getLoop() != &loop || !recurrence->isAffine()) {
      return std::nullopt;
    }
    const auto* step =
        llvm::dyn_cast<llvm::SCEVConstant>(recurrence->getStepRecurrence(evolution_));
    if (!step || step->getAPInt().getSignificantBits() > 32) return std::nullopt;
    return Affine{index, recurrence->getStart(), step->getAPInt().getSExtValue(),
                  static_cast<int64_t>(access.size.getFixedValue()),
                  static_cast<int64_t>(access.offset)};
  }

  void TakeFrom(llvm::Loop& loop) {
    const llvm::SCEV* further = FurtherIterations(loop);
    if (!further) return;
    for (const bool is_write : {false, true}) {
      std::vector<Affine> accesses;
      for (size_t i = 0; i < collected_.accesses.size(); ++i) {
        if (IsWrite(collected_.accesses[i].kind) != is_write) continue;
        if (std::optional<Affine> affine = AsAffine(loop, i)) accesses.push_back(*affine);
      }
      while (!accesses.empty()) TakeChains(loop, further, TakeAlike(accesses));
    }
  }

  const llvm::Instruction& InstructionOf(const Affine& affine) const {
    return *collected_.accesses[affine.access].inst;
  }

  // Removes the last one and those on its line that advance with it at a constant distance.
  std::vector<Affine> TakeAlike(std::vector<Affine>& accesses) {
    const Affine model = accesses.back();
    std::vector<Affine> alike;
    std::erase_if(accesses, [&](Affine& affine) {
      if (affine.step != model.step || !OnOneLine(InstructionOf(affine), InstructionOf(model))) {
        return false;
      }
      const auto* distance =
          llvm::dyn_cast<llvm::SCEVConstant>(evolution_.getMinusSCEV(affine.start, model.start));
      if (!distance || distance->getAPInt().getSignificantBits() > 32) return false;
      affine.offset += distance->getAPInt().getSExtValue();
      affine.start = model.start;
      alike.push_back(affine);
      return true;
    });
    llvm::sort(alike, [](const Affine& a, const Affine& b) {
      return std::pair(a.offset, a.access) < std::pair(b.offset, b.access);
    });
    return alike;
  }

  // Of accesses alike, in the order of their addresses: those without a gap between them make a
  // range if what they touch in one iteration reaches what they touch in the next.
  void TakeChains(llvm::Loop& loop, const llvm::SCEV* further, const std::vector<Affine>& alike) {
    for (auto first = alike.begin(); first != alike.end();) {
      int64_t end = first->offset;
      auto next = first;
      for (; next != alike.end() && next->offset <= end; ++next) {
        end = std::max(end, next->offset + next->size);
      }
      const int64_t extent = end - first->offset;
      const llvm::ArrayRef<Affine> chain(&*first, static_cast<size_t>(next - first));
      if (first->step != 0 && std::abs(first->step) <= extent) {
        AddRange(loop, further, chain, extent, Shape::kWithoutGaps);
      } else if (first->step != 0) {
        const bool rows = row_ranges && AddRange(loop, further, chain, extent, Shape::kRows);
        if (!rows && strided_ranges) AddStrided(loop, further, chain);
      }
      first = next;
    }
  }

  // A range for each part of an iteration, accesses of the same bytes, since there is a gap before
  // those of the next. They keep their own checks, which pass then without a call.
  void AddStrided(llvm::Loop& loop, const llvm::SCEV* further, llvm::ArrayRef<Affine> chain) {
    while (!chain.empty()) {
      const Affine& part = chain.front();
      const llvm::ArrayRef<Affine> alike = chain.take_while([&](const Affine& affine) {
        return affine.offset == part.offset && affine.size == part.size;
      });
      if (llvm::isPowerOf2_64(static_cast<uint64_t>(part.size)) && part.size <= 16) {
        AddRange(loop, further, alike, part.size, Shape::kWithGaps);
      }
      chain = chain.drop_front(alike.size());
    }
  }

  // The range of a loop that is executed in each round of the loops around it, or in each if in
  // any, serves for all rounds if they do not change it, and becomes larger if each round goes on
  // where the last one ended. Returns where to check it then; it is empty unless all `guards` pass.
  llvm::Instruction* Widen(const llvm::Loop& loop, const llvm::SCEV*& base,
                           const llvm::SCEV*& bytes, llvm::Instruction* place,
                           std::vector<Guard>& guards) {
    for (llvm::Loop* around = loop.getParentLoop(); around; around = around->getParentLoop()) {
      llvm::BasicBlock* preheader = around->getLoopPreheader();
      if (!preheader || HasBoundary(*around) || !evolution_.isLoopInvariant(bytes, around)) break;
      const bool is_in_each = IsInEachRound(place->getParent(), *around, tree_);
      std::optional<Guard> guard;
      if (!is_in_each) guard = InvariantGuard(place->getParent(), *around, tree_);
      if (!is_in_each && !guard) break;
      if (!evolution_.isLoopInvariant(base, around) && !Join(*around, base, bytes)) break;
      place = preheader->getTerminator();
      if (guard) guards.push_back(*guard);
      ++NumWidened;
    }
    return place;
  }

  // Of ranges [base, base + bytes), one each round of `around`.
  bool Join(const llvm::Loop& around, const llvm::SCEV*& base, const llvm::SCEV*& bytes) {
    const auto* recurrence = llvm::dyn_cast<llvm::SCEVAddRecExpr>(base);
    if (!recurrence || recurrence->getLoop() != &around || !recurrence->isAffine()) return false;
    const llvm::BasicBlock* latch = around.getLoopLatch();
    if (!latch || around.getExitingBlock() != latch) return false;
    const llvm::SCEV* further = evolution_.getBackedgeTakenCount(&around);
    if (llvm::isa<llvm::SCEVCouldNotCompute>(further)) return false;
    const llvm::SCEV* step = recurrence->getStepRecurrence(evolution_);
    const auto* constant = llvm::dyn_cast<llvm::SCEVConstant>(step);
    const auto* extent = llvm::dyn_cast<llvm::SCEVConstant>(bytes);
    const bool overlaps = constant && extent && constant->getAPInt().isStrictlyPositive() &&
                          constant->getAPInt().ule(extent->getAPInt());
    if (step != bytes && !overlaps) return false;
    const llvm::SCEV* advance =
        evolution_.getMulExpr(evolution_.getTruncateOrZeroExtend(further, step->getType()), step);
    base = recurrence->getStart();
    bytes = evolution_.getAddExpr(advance, bytes);
    return true;
  }

  // The first access of each iteration of `loop` is that of a row, if the loop around goes along
  // them. Returns the number of rows then, of which `base` and `bytes` become the first; it is 0
  // unless all `guards` pass.
  const llvm::SCEV* MakeRows(const llvm::Loop& loop, const llvm::SCEV* further, int64_t extent,
                             const llvm::SCEV*& base, const llvm::SCEV*& bytes,
                             llvm::Instruction*& place, std::vector<Guard>& guards) {
    const llvm::Loop* around = loop.getParentLoop();
    if (!around || !evolution_.isLoopInvariant(further, around)) return nullptr;
    llvm::BasicBlock* preheader = around->getLoopPreheader();
    const llvm::SCEV* rounds = FurtherIterations(*around);
    const auto* recurrence = llvm::dyn_cast<llvm::SCEVAddRecExpr>(base);
    if (!preheader || !rounds || !recurrence || recurrence->getLoop() != around ||
        !recurrence->isAffine()) {
      return nullptr;
    }
    const auto* step =
        llvm::dyn_cast<llvm::SCEVConstant>(recurrence->getStepRecurrence(evolution_));
    if (!step || !step->getAPInt().isStrictlyPositive() ||
        step->getAPInt().ugt(static_cast<uint64_t>(extent))) {
      return nullptr;
    }
    if (!IsInEachRound(place->getParent(), *around, tree_)) {
      const std::optional<Guard> guard = InvariantGuard(place->getParent(), *around, tree_);
      if (!guard) return nullptr;
      guards.push_back(*guard);
    }
    llvm::Type* word = bytes->getType();
    const auto as_word = [&](const llvm::SCEV* count) {
      return evolution_.getTruncateOrZeroExtend(count, word);
    };
    base = recurrence->getStart();
    bytes = evolution_.getAddExpr(evolution_.getMulExpr(as_word(rounds), step),
                                  evolution_.getConstant(word, static_cast<uint64_t>(extent)));
    place = preheader->getTerminator();
    return evolution_.getAddExpr(as_word(further), evolution_.getOne(word));
  }

  bool AddRange(llvm::Loop& loop, const llvm::SCEV* further, llvm::ArrayRef<Affine> chain,
                int64_t extent, Shape shape) {
    llvm::BasicBlock* preheader = loop.getLoopPreheader();
    if (!preheader) {
      preheader = llvm::InsertPreheaderForLoop(&loop, &tree_, &loops_, nullptr, false);
    }
    if (!preheader) return false;
    llvm::Type* word = llvm::Type::getInt64Ty(preheader->getContext());
    const Affine& lowest = chain.front();
    const auto step = static_cast<uint64_t>(std::abs(lowest.step));
    const llvm::SCEV* advance = evolution_.getMulExpr(
        evolution_.getTruncateOrZeroExtend(further, word), evolution_.getConstant(word, step));
    const llvm::SCEV* base = evolution_.getAddExpr(
        lowest.start, evolution_.getConstant(word, lowest.offset, /*isSigned=*/true));
    if (lowest.step < 0) base = evolution_.getAddExpr(base, evolution_.getNegativeSCEV(advance));
    const llvm::SCEV* bytes = evolution_.getAddExpr(advance, evolution_.getConstant(word, extent));
    llvm::Instruction* place = preheader->getTerminator();
    const bool same_size =
        llvm::all_of(chain, [&](const Affine& affine) { return affine.size == lowest.size; });
    const auto element = same_size ? static_cast<uint64_t>(lowest.size) : step;
    std::vector<Guard> guards;
    const llvm::SCEV* rows = evolution_.getOne(word);
    if (shape == Shape::kRows) {
      if (!same_size) return false;
      rows = MakeRows(loop, further, extent, base, bytes, place, guards);
      if (!rows) return false;
    } else if (nested_ranges && shape == Shape::kWithoutGaps) {
      place = Widen(loop, base, bytes, place, guards);
    }
    for (const llvm::SCEV** value : {&base, &bytes, &rows}) {
      *value = quotients_.InsertInto(*value, place);
      if (!expander_.isSafeToExpandAt(*value, place)) return false;
    }
    const auto first =
        std::min_element(chain.begin(), chain.end(),
                         [](const Affine& a, const Affine& b) { return a.access < b.access; });
    const Access& access = collected_.accesses[first->access];
    llvm::Value* from =
        expander_.expandCodeFor(base, access.pointer->getType(), place->getIterator());
    llvm::Value* count = expander_.expandCodeFor(bytes, word, place->getIterator());
    llvm::Value* row_count = nullptr;
    if (shape == Shape::kRows) {
      row_count = expander_.expandCodeFor(rows, word, place->getIterator());
    }
    llvm::IRBuilder<> builder(place);
    llvm::Value*& guarded = row_count ? row_count : count;
    for (const Guard& guard : guards) {
      llvm::Value* none = builder.getInt64(0);
      guarded = builder.CreateSelect(guard.condition, guard.passes_if ? guarded : none,
                                     guard.passes_if ? none : guarded);
    }
    Range& range = ranges_.emplace_back(Range{place,
                                              access.inst,
                                              from,
                                              count,
                                              element,
                                              shape == Shape::kWithoutGaps ? 0 : step,
                                              row_count,
                                              access.align,
                                              IsWrite(access.kind),
                                              {}});
    if (shape == Shape::kWithGaps) {
      ++NumStrided;
      return true;
    }
    for (const Affine& affine : chain) {
      taken_[affine.access] = true;
      const Access& member = collected_.accesses[affine.access];
      range.accesses.push_back({member.inst, IsWrite(member.kind)});
      range.accesses.append(member.covers.begin(), member.covers.end());
    }
    if (shape == Shape::kRows) ++NumRows;
    ++NumRanges;
    NumInRanges += chain.size();
    return true;
  }

  Collected& collected_;
  llvm::DominatorTree& tree_;
  llvm::LoopInfo& loops_;
  llvm::ScalarEvolution& evolution_;
  llvm::SCEVExpander expander_;
  Quotients quotients_;
  std::vector<bool> taken_;
  std::vector<Range> ranges_;
};

}  // namespace

std::vector<Range> TakeRanges(llvm::Function& function, Collected& collected,
                              const LoopAnalyses& analyses) {
  return RangeTaker(function, collected, analyses).Take();
}

bool TakesRanges() { return loop_ranges; }

}  // namespace hbsan
