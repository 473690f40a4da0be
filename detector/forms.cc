// The forms in which a cell holds what several accesses left (see record.h): lists, pairs, and
// records with a mosaic.
#include "detector/quick_check.h"
#include "detector/split.h"
#include "detector/turns.h"

namespace hbsan {
namespace {

static_assert(Record::kSiteBits + 8 <= 32);  // see Tile
Tile TileOf(const Record& record) { return Tile::Of(record.below, record.site(), record.tag); }

// Their sizes may differ: memset's do, from call to call.
bool AreOfOnePlace(Tile a, Tile b) {
  return a.below == b.below &&
         (a.site_and_tag | Record::kRangeSize) == (b.site_and_tag | Record::kRangeSize);
}

}  // namespace

std::uint32_t Detector::Append(ThreadState& t, std::uint32_t index, ByteMask bytes,
                               std::uint32_t tail) {
  if (records_.marking()) {
    records_.Mark(index);
    records_.Mark(tail);
  }
  if (tail == 0) {
    const Record& record = records_[index];
    const std::uint32_t coverage = CoverageOf(bytes);
    if (!record.atomic() && coverage != 0 && BytesOf(coverage) == bytes) return index | coverage;
    if (record.bytes == bytes) return index;
  }
  const std::uint32_t list = NewRecord(t);
  records_[list].MakeList(index, bytes, tail, records_[tail]);
  records_.SetMixed(list);
  return list;
}

std::uint32_t Detector::AddRead(ThreadState& t, std::uint32_t old, std::uint32_t record,
                                ByteMask bytes, bool atomic) {
  if (!records_[old].IsList()) return 0;
  const std::uint32_t kept = records_.KeptBelowRead(old, bytes, {t.tid, t.clock}, atomic);
  if (kept == 0) return 0;
  const Record& list = records_[old];
  if (kept == list.tail && !atomic && !t.InPresentEpoch(list.head)) {
    AddTurnCredit(t, 1);
    if (PrefersTurns(t) && IsForReaders(kept, bytes)) {
      return NewTurn(t, Record::kReaderTag, record, bytes, kept);
    }
  }
  return Append(t, record, bytes, kept) | (atomic ? 0 : CoverageOf(bytes));
}

// Whole halves, and few enough records, all of these bytes.
bool Detector::IsForReaders(std::uint32_t id, ByteMask bytes) const {
  if (bytes != 0xff && !IsHalf(bytes)) return false;
  if (records_[id].IsList() && records_[id].length > Turn::kMostReaders) return false;
  for (; records_[id].IsList(); id = records_[id].tail) {
    if (records_[id].bytes != bytes) return false;
  }
  return BytesOfSingle(id, records_[id]) == bytes;
}

std::uint32_t Detector::ComposeOwn(ThreadState& t, std::uint32_t old, ByteMask held,
                                   std::uint32_t record, ByteMask bytes, std::uintptr_t pc) {
  if (!t.InPresentEpoch(old)) return 0;
  const Record& before = records_[old];
  const Record& mine = records_[record];
  if (!before.IsSingle() || before.atomic() || !before.IsOfTimeOf(mine)) return 0;
  const ByteMask all = held | bytes;
  const std::uint32_t coverage = CoverageOf(all);
  const bool covered = BytesOf(coverage) == all;
  const ByteMask of_record = covered ? ByteMask{0xff} : all;
  std::uint32_t after;
  if (AreOfOnePlace(TileOf(before), TileOf(mine))) {
    const std::uint8_t tag = before.tag == mine.tag ? mine.tag : mine.tag | Record::kRangeSize;
    after = RecordOf(t, pc, mine.below, std::uint32_t{of_record} << 8 | tag);
  } else {
    after = RecordOfMosaic(t, mosaics_.Intern(Overlay(before, held, mine, bytes)), of_record,
                           mine.kind());
  }
  return after != 0 && covered ? after | coverage : after;
}

// What `before` says of the bytes `held`, and `mine` of `bytes`.
Mosaic Detector::Overlay(const Record& before, ByteMask held, const Record& mine,
                         ByteMask bytes) const {
  Mosaic mosaic;
  for (std::size_t i = 0; i < kCellBytes; ++i) {
    if ((bytes >> i & 1) != 0) {
      mosaic.tiles[i] = TileOf(mine);
    } else if ((held >> i & 1) != 0) {
      mosaic.tiles[i] = before.IsMosaic() ? mosaics_[before.below].tiles[i] : TileOf(before);
    }
  }
  return mosaic;
}

std::uint32_t Detector::ComposeSplit(ThreadState& t, std::uint32_t id, ByteMask bytes) {
  Split split(records_[id]);
  const auto is_mine = [&](std::uint32_t part) {
    return IsOwnPlain(t, part, 0) && records_[part].locks == t.locks &&
           records_[part].clock() == t.clock;
  };
  const auto all_mine = [&] {
    return split.All(static_cast<ByteMask>(~bytes), is_mine) && split.All(bytes, is_mine);
  };
  if (t.held_changed || !all_mine()) return 0;
  split.Freeze();
  if (!all_mine()) return 0;
  Mosaic mosaic;
  AccessKind kind = AccessKind::kRead;
  for (std::size_t i = 0; i < kCellBytes; ++i) {
    const int byte = static_cast<int>(i);
    ByteMask bytes = 0xff;
    const Record record = RecordOfByte(split.Load(byte), byte, bytes);
    mosaic.tiles[i] = TileOf(record);
    kind = record.kind();
  }
  const std::uint32_t all = RecordOfMosaic(t, mosaics_.Intern(mosaic), 0xff, kind);
  return all != 0 ? all | kFullyCovered : 0;
}

std::uint32_t Detector::RecordOfMosaic(ThreadState& t, std::uint32_t mosaic, ByteMask bytes,
                                       AccessKind kind) {
  if (mosaic == 0) return 0;
  const MosaicCacheEntry entry = t.worker->MosaicAt(mosaic);
  if (entry.mosaic != mosaic) CountMiss(*t.worker);
  if (entry.mosaic == mosaic && t.IsReusable(entry.record)) return entry.record;
  const std::uint32_t made = NewRecord(t);  // may empty the caches
  Record& record = records_[made];
  record.SetClockAndSite(t.clock, 0);
  record.below = mosaic;
  record.locks = t.locks;
  record.bytes = bytes;
  record.tag = TagOf(kind, AccessFlavor{Record::kMosaicFlavor}, 0);
  t.accessed = true;
  t.worker->MosaicAt(mosaic) = {mosaic, made};
  return made;
}

std::uint32_t Detector::Pair(ThreadState& t, ByteMask half, std::uint32_t id, std::uint32_t other) {
  const std::uint32_t low = half == 0x0f ? id : other;
  const std::uint32_t high = half == 0x0f ? other : id;
  if (low == 0 || high == 0) return low | high;
  const bool same = ((low ^ high) & kIndexMask) == 0;
  if (same && records_[low].IsSingle()) return low | high;
  if (records_.marking()) {
    records_.Mark(low);
    records_.Mark(high);
  }
  const std::uint32_t pair = NewRecord(t);
  records_[pair].MakePair(low, high);
  records_.SetMixed(pair);
  const auto own = [&](std::uint32_t of, std::uint32_t coverage) {
    return t.InPresentEpoch(of) ? of & coverage : 0;
  };
  return pair | own(low, kLowCovered) | own(high, kHighCovered);
}

HBSAN_PRESERVE_MOST std::uint32_t Detector::ComposeHalf(ThreadState& t, std::uint32_t old,
                                                        std::uint32_t coverage, AccessKind kind,
                                                        std::uintptr_t pc, std::uint32_t node,
                                                        std::uint32_t detail) {
  const Record& before = records_[old];
  const bool mixed = records_.IsMixed(old);
  const bool is_pair = mixed && before.IsPair();
  const bool is_list = mixed && before.IsList();
  const bool is_single = !mixed && old > kIndexMask;
  const bool in_patches = mixed ? before.IsPatches() : !is_single;
  if (mixed && !is_pair && !in_patches && !(is_list && kind == AccessKind::kRead)) return 0;
  const auto half = [&](std::uint32_t of) {
    if (is_pair) return of == kLowCovered ? before.low : before.high;
    return is_single && (old & of) != 0 ? (old & kIndexMask) | of : 0;
  };
  const std::uint32_t held = half(coverage);
  if (t.InPresentEpoch(held) && (held & coverage) != 0) return old;
  if (kind == AccessKind::kRead && IsTurn(held)) return 0;
  const std::uint32_t record = RecordOf(t, pc, node, detail);
  const ByteMask bytes = BytesOf(coverage);
  if (const Transition* const known = FindTransition(t, old, record, bytes)) {
    if (kind == AccessKind::kRead && mixed) AddTurnCredit(t, -kReadAlike);
    return kind == AccessKind::kRead || !known->may_race ? known->after : 0;
  }
  std::uint32_t after = record | coverage;
  if (in_patches) {
    after = ComposePatches(t, old, record, bytes, pc, static_cast<std::uint8_t>(detail));
  } else if (is_list) {
    after = AddRead(t, old, record, bytes, false);
  } else if (held != 0 && !IsOrderedSingle(t, held)) {
    if (kind == AccessKind::kWrite) return 0;
    after = records_.IsMixed(held) ? AddRead(t, held, record, bytes, false)
                                   : Append(t, record, bytes, held) | coverage;
  }
  if (after == 0) return 0;
  if (!is_list && !in_patches) after = Pair(t, bytes, after, half(kFullyCovered & ~coverage));
  KeepTransition(t, {old, record, after, bytes, false, false});
  return after;
}

HBSAN_PRESERVE_MOST std::uint32_t Detector::ComposeBytes(ThreadState& t, std::uint32_t old,
                                                         ByteMask bytes, std::uintptr_t pc,
                                                         std::uint32_t node, std::uint8_t tag) {
  const bool is_write = (tag & Record::kWriteTag) != 0;
  const Record& before = records_[old];
  if (before.IsSplit()) return 0;
  if (is_write && before.IsSingle() && !IsOrdered(t, records_.EpochOf(old))) return 0;
  const std::uint32_t record = RecordOf(t, pc, node, 0xffu << 8 | tag);
  const bool is_new = record + 1 == t.cursor;  // no transition knows it yet
  const Transition* const known = is_new ? nullptr : FindTransition(t, old, record, bytes);
  if (known != nullptr && !(known->may_race && is_write)) {
    if (known->mixture && t.worker->list_debt > 0) --t.worker->list_debt;
    return known->after;
  }
  std::uint32_t after = ComposeOwn(t, old, BytesOfSingle(old, before), record, bytes, pc);
  if (after == 0) after = ComposePatches(t, old, record, bytes, pc, tag);
  if (after == 0 && !is_write) {
    after = AddRead(t, old, IdAlone(t, bytes, pc, node, tag) & kIndexMask, bytes, false);
  }
  if (after != 0) KeepTransition(t, {old, record, after, bytes, false, false});
  return after;
}

std::uint32_t Detector::IdAlone(ThreadState& t, ByteMask bytes, std::uintptr_t pc,
                                std::uint32_t node, std::uint8_t tag) {
  const std::uint32_t coverage = CoverageOf(bytes);
  const bool whole = BytesOf(coverage) == bytes;
  const ByteMask of_record = whole ? ByteMask{0xff} : bytes;
  const std::uint32_t record = RecordOf(t, pc, node, std::uint32_t{of_record} << 8 | tag);
  return whole ? record | coverage : record;
}

}  // namespace hbsan
