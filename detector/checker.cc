#include "detector/checker.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace hbsan {
namespace {

std::uint8_t TagOf(const Site& site, std::size_t size) {
  const std::uint8_t size_tag = std::has_single_bit(size) && size <= 16
                                    ? static_cast<std::uint8_t>(std::countr_zero(size))
                                    : Record::kRangeSize;
  return static_cast<std::uint8_t>(size_tag | static_cast<std::uint8_t>(site.flavor) << 3 |
                                   (site.kind == AccessKind::kWrite ? Record::kWriteTag : 0));
}

// The bytes that an id without a list stands for.
ByteMask BytesOfSingle(std::uint32_t id, const Record& record) {
  return id > kIndexMask ? BytesOf(id) : record.bytes;
}

// Where in the cell the access of `record` began, of which `bytes` are left. A split tells no more
// than that the access took part in a byte.
unsigned FirstByte(const Record& record, ByteMask bytes) {
  const auto first = static_cast<unsigned>(std::countr_zero(bytes));
  const unsigned size_tag = record.tag & 7;
  if (!std::has_single_bit(bytes) || size_tag == 0) return first;
  const unsigned size = 1u << std::min(size_tag, record.bytes == 0xff ? 2u : 3u);
  const unsigned aligned = first & ~(size - 1);
  const unsigned extent = ((1u << size) - 1) << aligned;
  return (extent & ~unsigned{record.bytes}) == 0 ? aligned : first;
}

}  // namespace

AccessChecker::AccessChecker(Detector& detector, ThreadState& t, const Site& site, Addr addr,
                             std::size_t size)
    : detector_(detector),
      t_(t),
      site_(site),
      addr_(addr),
      size_(size),
      tag_(TagOf(site, size)),
      atomic_(site.flavor == AccessFlavor::kAtomic) {
  Frame* top = t.hot->stack_top;
  if (top == t.frames) return;
  node_ = top[-1].node != 0 ? top[-1].node : detector.stacks_.Intern(t.frames, top).value;
}

bool AccessChecker::Write(Addr cell_addr, ByteMask bytes, Race& race) {
  Cell& cell = *detector_.shadow_.WriteCell(cell_addr);
  const std::uint32_t old = cell.load(std::memory_order_acquire);
  if (SubsumedBy(old, bytes)) return false;  // [Write Same Epoch]
  detector_.shadow_.Touch(cell_addr, kWritePlaneBit);
  // [Write Exclusive], [Write Shared]: every earlier write and read is ordered before us, or it
  // races.
  bool raced = false;
  Put(cell, old, bytes, [&](std::uint32_t replaced, ByteMask within) {
    raced |= FindRace(replaced, within, cell_addr, bytes, AccessKind::kWrite, race);
  });
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
  detector_.shadow_.Touch(cell_addr, ReadPlaneBit(t_.plane));
  // [Read Exclusive] replaces, [Read Share] and [Read Shared] add. Reads do not race with reads.
  Put(cell, old, bytes, [](std::uint32_t, ByteMask) {});
  return FindRace(writes.load(std::memory_order_seq_cst), 0xff, cell_addr, bytes,
                  AccessKind::kWrite, race);
}

template <typename Replaced>
void AccessChecker::Put(Cell& cell, std::uint32_t old, ByteMask bytes, Replaced replaced) {
  for (;;) {
    if (IsSplit(old) && !ReplacesSplit(bytes)) {
      PutInParts(old, bytes, replaced);
      const std::uint32_t now = cell.load(std::memory_order_seq_cst);
      if (now == old) return;
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
void AccessChecker::PutInParts(std::uint32_t split, ByteMask bytes, Replaced replaced) {
  Cell* const parts = detector_.records_.PartsOf(split);
  for (unsigned left = bytes; left != 0; left &= left - 1) {
    const auto byte = static_cast<ByteMask>(left & -left);
    Cell& part = parts[std::countr_zero(left)];
    std::uint32_t old = part.load(std::memory_order_acquire);
    bool may_race;
    while (!part.compare_exchange_weak(old, ComposePart(old, byte, bytes, may_race),
                                       std::memory_order_seq_cst)) {
    }
    if (may_race) replaced(old, byte);
  }
}

template <typename Visit>
void AccessChecker::ForEach(std::uint32_t id, ByteMask within, Visit visit) const {
  if (IsSplit(id)) {
    const Cell* const parts = detector_.records_.PartsOf(id);
    for (unsigned left = within; left != 0; left &= left - 1) {
      ForEach(parts[std::countr_zero(left)].load(std::memory_order_seq_cst),
              static_cast<ByteMask>(left & -left), visit);
    }
    return;
  }
  while (id != 0) {
    const Record& record = detector_.records_[id];
    const bool last = !record.IsList();
    const ByteMask bytes = (last ? BytesOfSingle(id, record) : record.bytes) & within;
    if (bytes != 0 && !visit(last ? id & kIndexMask : record.head, bytes)) return;
    id = last ? 0 : record.tail;
  }
}

// What a thread knows only grows, so the column that was looked up last stays true.
bool AccessChecker::LookUpOrdered(Epoch e) const {
  const Clock known = detector_.Known(t_, e.tid());
  if (known < e.clock()) return false;
  t_.covered = {e.tid(), known};
  return true;
}

bool AccessChecker::SubsumedBy(std::uint32_t id, ByteMask bytes) const {
  if (id == 0 || site_.flavor == AccessFlavor::kFree) return false;
  if (!InPresentEpoch(id) && !IsSplit(id)) return false;
  ByteMask missing = bytes;
  ForEach(id, bytes, [&](std::uint32_t index, ByteMask b) {
    const Record& record = detector_.records_[index];
    if (InPresentEpoch(index) && (atomic_ || !record.atomic()))
      missing &= static_cast<ByteMask>(~b);
    return missing != 0;
  });
  return missing == 0;
}

bool AccessChecker::Subsumes(const Record& record, bool ordered) const {
  if (atomic_ && !record.atomic()) return false;
  if (ordered) return true;
  // Unordered: reads and atomic writes stand side by side. Of two racing writes the second one is
  // kept.
  return site_.kind == AccessKind::kWrite && !(atomic_ && record.atomic());
}

std::uint32_t AccessChecker::Compose(std::uint32_t old, ByteMask bytes, bool& may_race) {
  may_race = false;
  if (old == 0) return IdFor(bytes);
  const Record& record = detector_.records_[old];
  if (record.IsSplit()) {  // ReplacesSplit
    may_race = true;
    return IdFor(bytes);
  }
  if (record.IsList()) {
    may_race = true;
  } else {
    const bool ordered = IsOrdered(record.epoch);
    may_race = !ordered;
    if ((BytesOfSingle(old, record) & ~bytes) == 0 && Subsumes(record, ordered)) {
      return IdFor(bytes);
    }
  }
  Worker& worker = *t_.worker;
  const bool mixture = IsMixture(old, bytes);
  const std::uint32_t key = RecordFor(bytes);
  TransitionCacheEntry* const set = TransitionsOf(old, key, bytes);
  const Epoch epoch{t_.tid, t_.clock};
  for (int way = 0; way < Worker::kWays; ++way) {
    const TransitionCacheEntry& entry = set[way];
    if (entry.before == old && entry.record == key && entry.bytes == bytes &&
        entry.epoch == epoch && InPresentEpoch(entry.after)) {
      if (mixture && worker.list_debt > 0) --worker.list_debt;
      return entry.after;
    }
  }
  if (mixture && PrefersSplit()) return ComposeSplit(old, bytes);
  const std::uint32_t after = ComposeList(old, bytes);
  set[worker.next_victim++ % Worker::kWays] = {epoch, old, key, after, bytes};
  return after;
}

// A cell of which bytes that are no whole half have a record of their own.
bool AccessChecker::IsMixture(std::uint32_t old, ByteMask bytes) const {
  if (BytesOf(CoverageOf(bytes)) != bytes) return true;
  bool mixture = false;
  ForEach(old, 0xff, [&](std::uint32_t, ByteMask b) {
    mixture = BytesOf(CoverageOf(b)) != b;
    return !mixture;
  });
  return mixture;
}

// Lists of mixtures are made while they find use in other cells too: each one costs a credit, each
// use of one earns it back. Out of credit, one of kTrials mixtures becomes a list, to see whether
// that has changed.
bool AccessChecker::PrefersSplit() const {
  constexpr std::uint32_t kTrials = 16;
  const std::uint32_t credit = detector_.tuning_.list_credit;
  std::uint32_t& debt = t_.worker->list_debt;
  const bool trial = debt == credit + kTrials;
  if (trial) debt = credit;
  if (!trial) ++debt;
  return debt > credit;
}

TransitionCacheEntry* AccessChecker::TransitionsOf(std::uint32_t old, std::uint32_t record,
                                                   ByteMask bytes) {
  Worker& worker = *t_.worker;
  detector_.ForgetReusedIds(worker);
  return worker.transitions[((old ^ (record * 31) ^ bytes) * 0x9e3779b1u) >>
                            (32 - Worker::kTransitionSetBits)];
}

std::uint32_t AccessChecker::ComposeList(std::uint32_t old, ByteMask bytes) {
  const Record& mine = detector_.records_[RecordFor(bytes)];
  ByteMask merged = bytes;
  ByteMask own_plain = atomic_ ? 0 : bytes;
  std::uint32_t kept = 0;
  ForEach(old, 0xff, [&](std::uint32_t index, ByteMask b) {
    const Record& record = detector_.records_[index];
    if (InPresentEpoch(index) && record.stack == mine.stack && record.locks == mine.locks &&
        record.tag == tag_) {
      merged |= b;  // the same site touched other bytes of the cell: one record for all
      if (!atomic_) own_plain |= b;
      return true;
    }
    if (Subsumes(record, IsOrdered(record.epoch))) b &= static_cast<ByteMask>(~bytes);
    if (b == 0) return true;
    if (InPresentEpoch(index) && !record.atomic()) own_plain |= b;
    kept = Append(index, b, kept);
    return true;
  });
  const std::uint32_t id = IdFor(merged);
  if (kept == 0) return id;
  // The list is of this epoch, so its coverage bits let the inline check pass.
  return Append(id & kIndexMask, merged, kept) | CoverageOf(own_plain);
}

std::uint32_t AccessChecker::ComposePart(std::uint32_t old, ByteMask byte, ByteMask bytes,
                                         bool& may_race) {
  const std::uint32_t mine = RecordFor(bytes);
  std::uint32_t kept = 0;
  may_race = false;
  ForEach(old, byte, [&](std::uint32_t index, ByteMask) {
    const Record& record = detector_.records_[index];
    const bool ordered = IsOrdered(record.epoch);
    may_race |= !ordered;
    if (index == mine || Subsumes(record, ordered)) return true;
    kept = kept == 0 ? index : Append(index, byte, kept);
    return true;
  });
  return kept == 0 ? mine : Append(mine, byte, kept);
}

std::uint32_t AccessChecker::ComposeSplit(std::uint32_t old, ByteMask bytes) {
  const std::uint32_t split = detector_.NewSplit(t_);
  Cell* const parts = detector_.records_.PartsOf(split);
  if (detector_.records_.marking()) detector_.records_.Mark(old);
  for (std::size_t i = 0; i < kCellBytes; ++i) {
    const auto byte = static_cast<ByteMask>(1u << i);
    std::uint32_t part = 0;
    ForEach(old, byte, [&](std::uint32_t index, ByteMask) {
      part = part == 0 ? index : old & kIndexMask;
      return true;
    });
    bool may_race;
    if ((bytes & byte) != 0) part = ComposePart(part, byte, bytes, may_race);
    parts[i].store(part, std::memory_order_relaxed);  // published with the split
  }
  return split;
}

void AccessChecker::Erase(Cell& cell, ByteMask bytes) {
  std::uint32_t old = cell.load(std::memory_order_acquire);
  for (;;) {
    if (IsSplit(old)) {
      Cell* const parts = detector_.records_.PartsOf(old);
      for (unsigned left = bytes; left != 0; left &= left - 1) {
        parts[std::countr_zero(left)].store(0, std::memory_order_seq_cst);
      }
      const std::uint32_t now = cell.load(std::memory_order_seq_cst);
      if (now == old) return;
      old = now;
      continue;
    }
    std::uint32_t kept = 0;
    ForEach(old, static_cast<ByteMask>(~bytes), [&](std::uint32_t index, ByteMask b) {
      kept = Append(index, b, kept);
      return true;
    });
    if (cell.compare_exchange_weak(old, kept, std::memory_order_seq_cst)) return;
  }
}

// The id of a cell in which (`index`, `bytes`) stands before what `tail` stands for.
std::uint32_t AccessChecker::Append(std::uint32_t index, ByteMask bytes, std::uint32_t tail) {
  Records& records = detector_.records_;
  if (records.marking()) {
    records.Mark(index);
    records.Mark(tail);
  }
  if (tail == 0) {
    const Record& record = records[index];
    const std::uint32_t coverage = CoverageOf(bytes);
    if (!record.atomic() && coverage != 0 && BytesOf(coverage) == bytes) return index | coverage;
    if (record.bytes == bytes) return index;
  }
  const std::uint32_t list = detector_.NewRecord(t_);
  Record& node = records[list];
  node.head = index;
  node.tail = tail;
  node.stack = {};
  node.locks = {};
  node.bytes = bytes;
  node.tag = Record::kListTag;
  return list;
}

std::uint32_t AccessChecker::IdFor(ByteMask bytes) {
  const std::uint32_t coverage = atomic_ ? 0 : CoverageOf(bytes);
  return RecordFor(bytes) | (BytesOf(coverage) == bytes ? coverage : 0);
}

// This epoch's record of the site, for `bytes` if they are not whole halves of a plain access.
std::uint32_t AccessChecker::RecordFor(ByteMask bytes) {
  if (!atomic_ && BytesOf(CoverageOf(bytes)) == bytes) bytes = 0xff;
  if (t_.held_changed) {
    t_.locks = detector_.lock_sets_.Intern(t_.held, t_.held_count);
    t_.held_changed = false;
  }
  const std::uint32_t detail = std::uint32_t{bytes} << 8 | tag_;
  Worker& worker = *t_.worker;
  if (const SiteCacheEntry* last = worker.last_site;
      last != nullptr && IsOf(*last, detail) && IsCurrent(*last)) {
    return last->record;
  }
  const std::uint64_t hash = (site_.pc ^ (std::uint64_t{bytes} << 32) ^ tag_) * 0x9e3779b97f4a7c15u;
  SiteCacheEntry* const set = worker.sites[hash >> (64 - Worker::kSiteSetBits)];
  SiteCacheEntry* entry = std::find_if(set, set + Worker::kWays,
                                       [&](const SiteCacheEntry& e) { return IsOf(e, detail); });
  if (entry == set + Worker::kWays) {
    entry = &set[worker.next_victim++ % Worker::kWays];
    *entry = {site_.pc, node_, detector_.stacks_.Push({node_}, site_.pc).value, 0, detail};
  }
  worker.last_site = entry;
  if (IsCurrent(*entry)) return entry->record;
  const StackId stack{entry->stack};
  const std::uint32_t index = detector_.NewRecord(t_);  // may empty the worker's caches
  *entry = {site_.pc, node_, stack.value, index, detail};
  worker.last_site = entry;
  Record& record = detector_.records_[index];
  record.epoch = {t_.tid, t_.clock};
  record.stack = stack;
  record.locks = t_.locks;
  record.bytes = bytes;
  record.tag = tag_;
  t_.accessed = true;
  return index;
}

// The entry is of the present access's site, stack, kind and bytes.
bool AccessChecker::IsOf(const SiteCacheEntry& entry, std::uint32_t detail) const {
  return entry.pc == site_.pc && entry.node == node_ && entry.detail == detail;
}

// Its record says what a new one would.
bool AccessChecker::IsCurrent(const SiteCacheEntry& entry) const {
  return InPresentEpoch(entry.record) && detector_.records_[entry.record].locks == t_.locks;
}

bool AccessChecker::FindRace(std::uint32_t id, ByteMask within, Addr cell_addr, ByteMask bytes,
                             AccessKind kind, Race& race) {
  bool raced = false;
  ForEach(id, within, [&](std::uint32_t index, ByteMask b) {
    const ByteMask common = b & bytes;
    const Record& record = detector_.records_[index];
    if (common == 0 || (atomic_ && record.atomic()) || IsOrdered(record.epoch)) return true;
    raced = true;
    if (std::exchange(raced_, true)) return false;
    race.previous = Describe(index, cell_addr + FirstByte(record, b), kind);
    race.current = Describe(RecordFor(bytes), addr_, site_.kind);
    race.current.size = size_;
    return false;
  });
  return raced;
}

Access AccessChecker::Describe(std::uint32_t index, Addr first_byte, AccessKind kind) const {
  const Record& record = detector_.records_[index];
  const unsigned size_tag = record.tag & 7;
  return {.addr = first_byte,
          .size = size_tag == Record::kRangeSize ? kCellBytes : std::size_t{1} << size_tag,
          .kind = kind,
          .flavor = record.flavor(),
          .epoch = record.epoch,
          .stack = record.stack,
          .locks = record.locks,
          .thread = detector_.records_.OwnerOf(index)};
}

bool Detector::CheckAccess(ThreadState& t, const Site& site, Addr addr, std::size_t size,
                           Race& race) {
  if (size == 0) return false;
  AccessChecker checker(*this, t, site, addr, size);
  bool raced = false;
  const Addr end = addr + size;
  for (Addr cell = addr & ~(kCellBytes - 1); cell < end; cell += kCellBytes) {
    unsigned bytes = 0xff;
    if (cell < addr) bytes &= 0xffu << (addr - cell);
    if (end - cell < kCellBytes) bytes &= 0xffu >> (kCellBytes - (end - cell));
    raced |= checker.Check(cell, static_cast<ByteMask>(bytes), race);
  }
  return raced;
}

}  // namespace hbsan
