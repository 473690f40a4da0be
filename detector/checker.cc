#include "detector/checker.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "detector/whole_check.h"

namespace hbsan {
namespace {

std::uint8_t TagOfSite(const Site& site, std::size_t size) {
  const bool has_size = std::has_single_bit(size) && size <= 16;
  return TagOf(site.kind, site.flavor, has_size ? std::countr_zero(size) : Record::kRangeSize);
}

// Where in the cell the access of `record` began, of which `bytes` are left and `common` race. A
// split tells no more than that the access took part in a byte.
unsigned FirstByte(const Record& record, ByteMask bytes, ByteMask common) {
  const unsigned size_tag = record.tag & 7;
  if (size_tag == 0) return static_cast<unsigned>(std::countr_zero(common));
  const auto first = static_cast<unsigned>(std::countr_zero(bytes));
  if (!std::has_single_bit(bytes)) {
    // Neighbours that one site accessed one by one.
    const bool several = size_tag < 3 && std::popcount(bytes) > 1 << size_tag;
    return several ? static_cast<unsigned>(std::countr_zero(common)) & -(1u << size_tag) : first;
  }
  const unsigned size = 1u << std::min(size_tag, record.bytes == 0xff ? 2u : 3u);
  const unsigned aligned = first & ~(size - 1);
  const unsigned extent = ((1u << size) - 1) << aligned;
  return (extent & ~unsigned{record.bytes}) == 0 ? aligned : first;
}

struct Extent {
  unsigned first;  // byte of the cell
  std::size_t size;
};

// The same, and of how many bytes the access was: of a range, those around `common`.
Extent ExtentOf(const Record& record, ByteMask bytes, ByteMask common) {
  const unsigned size_tag = record.tag & 7;
  if (size_tag != Record::kRangeSize) {
    return {FirstByte(record, bytes, common), std::size_t{1} << size_tag};
  }
  const ByteMask all = std::has_single_bit(bytes) ? record.bytes : bytes;
  const auto at = static_cast<unsigned>(std::countr_zero(common));
  const int before = std::countl_one(static_cast<ByteMask>(all << (kCellBytes - at)));
  const int after = std::countr_one(static_cast<ByteMask>(all >> at));
  return {at - static_cast<unsigned>(before), static_cast<std::size_t>(before + after)};
}

}  // namespace

AccessChecker::AccessChecker(Detector& detector, ThreadState& t, const Site& site, Addr addr,
                             std::size_t size)
    : detector_(detector),
      t_(t),
      site_(site),
      addr_(addr),
      size_(size),
      tag_(TagOfSite(site, site.elements.size != 0 ? site.elements.size : size)),
      atomic_(site.flavor == AccessFlavor::kAtomic),
      node_(detector.NodeBelowSite(t)) {}

bool AccessChecker::CheckCell(Addr cell_addr, ByteMask bytes, Race& race) {
  QuickOutcome outcome;
  if (atomic_) {
    outcome = CheckAtomicQuickly(cell_addr, bytes);
  } else if (site_.flavor == AccessFlavor::kFree) {
    outcome = CheckFreedQuickly(cell_addr, bytes);
  } else {
    outcome =
        site_.kind == AccessKind::kWrite
            ? CheckBytes<AccessKind::kWrite>(detector_, t_, site_.pc, node_, tag_, cell_addr, bytes)
            : CheckBytes<AccessKind::kRead>(detector_, t_, site_.pc, node_, tag_, cell_addr, bytes);
  }
  return outcome != QuickOutcome::kNoRace && Finish(outcome, cell_addr, bytes, race);
}

// What is freed is recorded even if this epoch's accesses subsume it.
QuickOutcome AccessChecker::CheckFreedQuickly(Addr cell_addr, ByteMask bytes) {
  using Whole = PartChecker<AccessKind::kWrite, kCellBytes, true>;
  if (bytes != 0xff || site_.kind != AccessKind::kWrite) return QuickOutcome::kUndecided;
  return Whole::Check(detector_, t_, site_.pc, node_, tag_, cell_addr);
}

bool AccessChecker::Finish(QuickOutcome outcome, Addr cell_addr, ByteMask bytes, Race& race) {
  const bool raced = IsUndecided(outcome) && Check(cell_addr, bytes, race);
  return (IsStored(outcome) && CheckStored(cell_addr, bytes, race)) || raced;
}

void AccessChecker::Touch(Addr cell_addr, PlaneMask plane) const {
  const Shadow& shadow = detector_.shadow_;
  if (shadow.Touch(cell_addr, plane)) shadow.BackNext(cell_addr, plane);
}

bool AccessChecker::Write(Addr cell_addr, ByteMask bytes, Race& race) {
  Cell& cell = *detector_.shadow_.WriteCell(cell_addr);
  const std::uint32_t old = cell.load(std::memory_order_acquire);
  if (SubsumedBy(old, bytes)) return false;  // [Write Same Epoch]
  Touch(cell_addr, kWritePlaneBit);
  // [Write Exclusive], [Write Shared]: every earlier write and read is ordered before us, or it
  // races.
  bool raced = false;
  Put(cell, old, bytes, [&](std::uint32_t replaced, ByteMask within) {
    raced |= FindRace(replaced, within, cell_addr, bytes, AccessKind::kWrite, race);
  });
  Shadow::NoteChange(detector_.shadow_.PagePlanes(cell_addr));
  return raced || CheckReads(cell_addr, bytes, race);
}

bool AccessChecker::CheckReads(Addr cell_addr, ByteMask bytes, Race& race) {
  bool raced = false;
  unsigned planes =
      detector_.shadow_.PagePlanes(cell_addr).load(std::memory_order_seq_cst) & kReadPlaneBits;
  for (; planes != 0 && !raced; planes &= planes - 1) {
    const Cell* reads = detector_.shadow_.ReadCell(std::countr_zero(planes), cell_addr);
    raced = FindRace(reads->load(std::memory_order_seq_cst), 0xff, cell_addr, bytes,
                     AccessKind::kRead, race);
  }
  return raced;
}

bool AccessChecker::Read(Addr cell_addr, ByteMask bytes, Race& race) {
  Cell& cell = *detector_.shadow_.ReadCell(t_.plane, cell_addr);
  const Cell& writes = *detector_.shadow_.WriteCell(cell_addr);
  const std::uint32_t old = cell.load(std::memory_order_acquire);
  if (SubsumedBy(old, bytes)) return false;  // [Read Same Epoch]
  // After our own write of this epoch a read adds nothing: whoever races with it races with the
  // write.
  if (SubsumedBy(writes.load(std::memory_order_acquire), bytes)) return false;
  Touch(cell_addr, ReadPlaneBit(t_.plane));
  // [Read Exclusive] replaces, [Read Share] and [Read Shared] add. Reads do not race with reads.
  Put(cell, old, bytes, [](std::uint32_t, ByteMask) {});
  Shadow::NoteChange(detector_.shadow_.PagePlanes(cell_addr));
  return CheckWrites(cell_addr, bytes, race);
}

bool AccessChecker::CheckWrites(Addr cell_addr, ByteMask bytes, Race& race) {
  const Cell& writes = *detector_.shadow_.WriteCell(cell_addr);
  return FindRace(writes.load(std::memory_order_seq_cst), 0xff, cell_addr, bytes,
                  AccessKind::kWrite, race);
}

template <typename Replaced>
void AccessChecker::Put(Cell& cell, std::uint32_t old, ByteMask bytes, Replaced replaced) {
  for (;;) {
    const std::uint32_t own = OwnReader(old, bytes);
    if (own != 0 && detector_.PrefersTurns(t_) &&
        Turn(detector_.records_[own]).Exchange(RecordFor(bytes))) {
      const std::uint32_t now = cell.load(std::memory_order_seq_cst);
      if (now == old) return;
      old = now;
      continue;
    }
    if (own != 0 || MustThaw(old, bytes)) {
      Thaw(cell, old);
      old = cell.load(std::memory_order_seq_cst);
      continue;
    }
    if (IsSplit(old) && !ReplacesSplit(bytes)) {
      if (bytes == 0xff && ReplaceSplit(cell, old)) return;  // by a read
      const bool done = PutInSplit(Split(detector_.records_[old]), bytes, replaced);
      if (!done) MakeFar(cell, old);
      const std::uint32_t now = cell.load(std::memory_order_seq_cst);
      if (done && now == old) return;
      old = now;
      continue;
    }
    bool may_race;
    const std::uint32_t after = Compose(old, bytes, may_race);
    if (cell.compare_exchange_weak(old, after, std::memory_order_seq_cst)) {
      if (may_race) replaced(old, 0xff);
      return;
    }
  }
}

template <typename Replaced>
bool AccessChecker::PutInSplit(Split split, ByteMask bytes, Replaced replaced) {
  const std::uint32_t mine = RecordInSplit(bytes);
  for (unsigned left = bytes; left != 0; left &= left - 1) {
    const int i = std::countr_zero(left);
    const auto byte = static_cast<ByteMask>(left & -left);
    const int w = split.WordOf(i);
    std::uint64_t word = split.LoadWord(w);
    for (;;) {
      if (split.IsFrozen(word, w)) return false;
      const std::uint32_t old = split.IdIn(word, i);
      bool may_race;
      const std::uint32_t after = ComposeByte(old, byte, mine, may_race);
      if (!split.Fits(after) || (split.near() && after != mine)) return false;
      if (!split.Exchange(w, split.InWord(byte, w), word, after)) continue;
      if (may_race) replaced(old, byte);
      break;
    }
  }
  return true;
}

bool AccessChecker::SubsumedBy(std::uint32_t id, ByteMask bytes) const {
  if (id == 0 || site_.flavor == AccessFlavor::kFree) return false;
  if (IsPair(id)) {
    const Record& pair = detector_.records_[id];
    return ((bytes & 0x0f) == 0 || SubsumedBy(pair.low, bytes & 0x0f)) &&
           ((bytes & 0xf0) == 0 || SubsumedBy(pair.high, bytes & 0xf0));
  }
  if (IsSplit(id)) {
    if (bytes == 0xff) return false;  // the cell is better off with this access alone
  } else if (!InPresentEpoch(id)) {
    return false;
  } else if (detector_.records_[id].IsReader() && !detector_.PrefersTurns(t_)) {
    return false;  // likewise, with a list
  }
  // Own records stand first in a list, but for one that was looked through of late.
  constexpr int kMostToSee = 16;
  int seen = 0;
  ByteMask missing = bytes;
  ForEach(id, bytes, [&](std::uint32_t index, ByteMask b) {
    const Record& record = detector_.records_[index];
    if (InPresentEpoch(index) && (atomic_ || !record.atomic()))
      missing &= static_cast<ByteMask>(~b);
    return missing != 0 && ++seen < kMostToSee;
  });
  return missing == 0;
}

bool AccessChecker::FindRace(std::uint32_t id, ByteMask within, Addr cell_addr, ByteMask bytes,
                             AccessKind kind, Race& race) {
  if (detector_.IsSettled(t_, id, bytes & within)) return false;
  bool raced = false;
  if (IsSplit(id)) within &= bytes;
  if (IsPlainRead()) detector_.FreezeTurns(id, bytes & within);
  ForEach(id, within, [&](std::uint32_t index, ByteMask b) {
    const ByteMask common = b & bytes;
    const Record& record = detector_.records_[index];
    if (common == 0 || (atomic_ && record.atomic()) || IsOrdered(detector_.records_.EpochOf(index)))
      return true;
    raced = true;
    if (std::exchange(raced_, true)) return false;
    race.previous = Describe(index, cell_addr, b, common, kind);
    race.current = Describe(RecordFor(bytes), cell_addr, bytes, bytes, site_.kind);
    race.current.addr = addr_;
    race.current.size = size_;
    if (const Elements elements = site_.elements; elements.size != 0) {
      const Addr first = cell_addr + static_cast<unsigned>(std::countr_zero(common));
      race.current.addr = first - (first - addr_) % std::max(elements.size, elements.stride);
      race.current.size = elements.size;
    }
    return false;
  });
  return raced;
}

Access AccessChecker::Describe(std::uint32_t index, Addr cell_addr, ByteMask bytes, ByteMask common,
                               AccessKind kind) const {
  const Record record = detector_.RecordOfByte(index, std::countr_zero(common), bytes);
  const Extent extent = ExtentOf(record, bytes, common & bytes);
  return {.addr = cell_addr + extent.first,
          .size = extent.size,
          .kind = kind,
          .flavor = record.flavor(),
          .epoch = detector_.records_.EpochOf(index),
          .stack = detector_.StackOf(record),
          .locks = record.locks,
          .thread = detector_.records_.OwnerOf(index)};
}

namespace {

// From this size on, whole cells are checked in one go; plain accesses of fewer, by themselves.
constexpr std::size_t kManyCells = 16 * kCellBytes;
constexpr std::size_t kManyFreed = 4 * kCellBytes;

}  // namespace

bool Detector::CheckAccess(ThreadState& t, const Site& site, Addr addr, std::size_t size,
                           Race& race) {
  if (size == 0) return false;
  const bool strided = site.elements.stride != 0;
  if (size <= kFewBytes && !strided) return CheckFewBytes(t, site, addr, size, race);
  AccessChecker checker(*this, t, site, addr, size);
  if (strided) return checker.CheckStrided(race);
  const Addr end = addr + size;
  bool raced = false;
  const Addr first = (addr + kCellBytes - 1) & ~(kCellBytes - 1);
  const Addr last = end & ~(kCellBytes - 1);
  const bool plain = site.flavor == AccessFlavor::kPlain;
  const bool many = last >= first + (plain ? kManyCells : kManyFreed);
  const bool together = plain || (many && site.flavor != AccessFlavor::kAtomic);
  for (Addr cell = addr & ~(kCellBytes - 1); cell < end; cell += kCellBytes) {
    if (together && cell == first && first < last) {
      raced |=
          many ? checker.CheckCells(first, last, race) : checker.CheckFewCells(first, last, race);
      cell = last;
      if (cell == end) break;
    }
    raced |= checker.CheckCell(cell, BytesIn(cell, addr, end), race);
  }
  return raced;
}

bool Detector::CheckFewBytes(ThreadState& t, const Site& site, Addr addr, std::size_t size,
                             Race& race) {
  if (site.flavor == AccessFlavor::kPlain) {
    return site.kind == AccessKind::kWrite
               ? CheckShort<AccessKind::kWrite>(t, site, addr, size, race)
               : CheckShort<AccessKind::kRead>(t, site, addr, size, race);
  }
  AccessChecker checker(*this, t, site, addr, size);
  const Addr end = addr + size;
  bool raced = false;
  for (Addr cell = addr & ~(kCellBytes - 1); cell < end; cell += kCellBytes) {
    raced |= checker.CheckCell(cell, BytesIn(cell, addr, end), race);
  }
  return raced;
}

template <AccessKind kKind>
bool Detector::CheckShort(ThreadState& t, const Site& site, Addr addr, std::size_t size,
                          Race& race) {
  const std::uint32_t node = NodeBelowSite(t);
  const std::uint8_t tag = TagOfSite(site, size);
  const Addr end = addr + size;
  Addr cell = addr & ~(kCellBytes - 1);
  unsigned bytes = 0xff & 0xffu << (addr - cell);
  QuickOutcome outcome;
  for (;; cell += kCellBytes, bytes = 0xff) {
    const std::size_t left = end - cell;
    if (left < kCellBytes) bytes &= 0xff >> (kCellBytes - left);
    outcome = CheckBytes<kKind>(*this, t, site.pc, node, tag, cell, static_cast<ByteMask>(bytes));
    if (outcome != QuickOutcome::kNoRace) break;
    if (left <= kCellBytes) return false;
  }
  AccessChecker checker(*this, t, site, addr, size);
  bool raced = checker.Finish(outcome, cell, static_cast<ByteMask>(bytes), race);
  for (cell += kCellBytes; cell < end; cell += kCellBytes) {
    raced |= checker.CheckCell(cell, BytesIn(cell, addr, end), race);
  }
  return raced;
}

bool Detector::CheckStored(ThreadState& t, const Site& site, Addr addr, std::size_t size, Addr cell,
                           Race& race) {
  AccessChecker checker(*this, t, site, addr, size);
  return checker.CheckStored(cell, BytesIn(cell, addr, addr + size), race);
}

}  // namespace hbsan
