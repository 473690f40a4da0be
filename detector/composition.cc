#include <algorithm>
#include <bit>
#include <memory>

#include "detector/checker.h"

// What a cell holds after an access: see checker.h for what is kept, records.h for its forms.
namespace hbsan {
namespace {

bool IsPartial(ByteMask bytes) { return BytesOf(CoverageOf(bytes)) != bytes; }

// The last plain accesses of threads to the halves of a cell, in a list: what one did before is out
// of use. Of threads that fall on one place only the first is looked at; a long list has more of
// them.
class LastAccesses {
 public:
  explicit LastAccesses(std::uint32_t records)
      : mask_(std::min(std::bit_ceil(2 * records), kMostPlaces) - 1) {
    std::uninitialized_fill_n(places_, mask_ + 1, Place());
  }
  // True if one of the access, at `epoch`, and those before is out of use.
  bool Note(Epoch epoch, bool atomic, ByteMask bytes) {
    if (IsPartial(bytes)) return false;
    Place& place = PlaceOf(epoch);
    if (place.tid == Tid()) place.tid = epoch.tid();
    if (place.tid != epoch.tid()) return false;
    const Clock now = epoch.clock();
    bool several = false;
    for (int half = 0; half < 2; ++half) {
      if ((bytes & kHalves[half]) == 0) continue;
      Clock& last = place.last[half];
      several |= last.value != 0 && last != now;
      if (!atomic) last = std::max(last, now);
    }
    return several;
  }
  ByteMask OutOfUse(Epoch epoch, ByteMask bytes) {
    const Place& place = PlaceOf(epoch);
    if (IsPartial(bytes) || place.tid != epoch.tid()) return 0;
    unsigned out = 0;
    for (int half = 0; half < 2; ++half) {
      if (epoch.clock() < place.last[half]) out |= bytes & kHalves[half];
    }
    return static_cast<ByteMask>(out);
  }

 private:
  static constexpr unsigned kHalves[] = {0x0f, 0xf0};
  struct Place {
    Tid tid;
    Clock last[2];
  };
  Place& PlaceOf(Epoch e) { return places_[e.tid().value & mask_]; }

  static constexpr std::uint32_t kMostPlaces = 128;
  const std::uint32_t mask_;
  union {  // not to be zeroed beyond those that are used
    Place places_[kMostPlaces];
  };
};

}  // namespace

bool AccessChecker::Subsumes(const Record& record, bool ordered) const {
  if (atomic_ && !record.atomic()) return false;
  if (ordered) return true;
  // Unordered: reads and atomic writes stand side by side. Of two racing writes the second one is
  // kept.
  return site_.kind == AccessKind::kWrite && !(atomic_ && record.atomic());
}

std::uint32_t AccessChecker::Compose(std::uint32_t old, ByteMask bytes, bool& may_race,
                                     ByteMask within) {
  may_race = false;
  if (old == 0) return IdFor(bytes);
  const Record& record = detector_.records_[old];
  if (record.IsSplit() || record.IsWriter()) {  // ReplacesSplit; not MustThaw
    may_race = true;
    return IdFor(bytes);
  }
  if (record.IsReader() && IsOneMoreReader(old, bytes)) {
    return detector_.NewTurn(t_, Record::kReaderTag, RecordFor(bytes), bytes, old);
  }
  if (record.IsSingle()) {
    const bool ordered = IsOrdered(detector_.records_.EpochOf(old));
    may_race = !ordered;
    if ((BytesOfSingle(old, record) & ~bytes) == 0 && Subsumes(record, ordered)) {
      return IdFor(bytes);
    }
  }
  const std::uint32_t key = RecordFor(atomic_ ? bytes : ByteMask{0xff});
  if (const std::uint32_t plain = PlainBelow(old, bytes)) {
    may_race = false;
    return Append(RecordFor(bytes), bytes, plain);
  }
  if (const Transition* known = detector_.FindTransition(t_, old, key, bytes)) {
    if (known->mixture && t_.worker->list_debt > 0) --t_.worker->list_debt;
    if (IsPlainRead() && record.IsList()) Detector::AddTurnCredit(t_, -Detector::kReadAlike);
    may_race = known->may_race;
    return known->after;
  }
  bool mixture = false;
  std::uint32_t after =
      atomic_ ? 0 : detector_.ComposeOwn(t_, old, BytesOfSingle(old, record), key, bytes, site_.pc);
  if (after != 0) {
    may_race = false;
  } else if (IsPairable(old, bytes)) {
    after = ComposePair(old, bytes, may_race);
  } else if (after = AddRead(old, RecordFor(bytes), bytes); after == 0) {
    mixture = IsMixture(old, bytes);
    if (mixture && within == 0xff && PrefersSplit()) {
      may_race = true;
      return ComposeSplit(old, bytes);
    }
    after = ComposeList(old, bytes, may_race);
  }
  detector_.KeepTransition(t_, {old, key, after, bytes, may_race, mixture});
  return after;
}

std::uint32_t AccessChecker::PlainBelow(std::uint32_t old, ByteMask bytes) const {
  const Record& node = detector_.records_[old];
  if (!atomic_ || !node.IsList()) return 0;
  const Record& atomic = detector_.records_[node.head];
  const Record& plain = detector_.records_[node.tail];
  if (!plain.IsSingle() || plain.atomic() || !atomic.atomic()) return 0;
  const auto is_ordered = [&](std::uint32_t id) {
    return IsOrdered(detector_.records_.EpochOf(id));
  };
  const bool replaces = (node.bytes & ~bytes) == 0 && is_ordered(node.head);
  return replaces && is_ordered(node.tail) ? node.tail : 0;
}

// `list` is new, and holds no record that can go.
void AccessChecker::SetPruned(std::uint32_t list) {
  Record& node = detector_.records_[list];
  node.pruned_length_log2 = static_cast<std::uint8_t>(std::bit_width(node.length - 1));
}

// A cell that holds, besides one record of whole halves, bytes that are no whole half.
bool AccessChecker::IsMixture(std::uint32_t old, ByteMask bytes) const {
  int partial = IsPartial(bytes) ? 1 : 0;
  int records = 1;
  ForEach(old, 0xff, [&](std::uint32_t, ByteMask b) {
    partial += IsPartial(b) ? 1 : 0;
    ++records;
    return true;
  });
  return partial > 1 || (partial == 1 && records > 2);
}

// Lists of mixtures are made while other cells use them too: each one costs kListCost, each use of
// one earns 1 back. Out of credit, one of kTrials mixtures becomes a list, to see whether that has
// changed.
bool AccessChecker::PrefersSplit() const {
  constexpr std::uint32_t kListCost = 4;
  constexpr std::uint32_t kTrials = 16;
  const std::uint32_t credit = kListCost * detector_.tuning_.list_credit;
  std::uint32_t& debt = t_.worker->list_debt;
  if (debt < credit) {
    debt += kListCost;
    return false;
  }
  const bool trial = ++debt >= credit + kTrials;
  if (trial) debt = credit;
  return !trial;
}

std::uint32_t AccessChecker::ComposeList(std::uint32_t old, ByteMask bytes, bool& may_race) {
  const Record& mine = detector_.records_[RecordFor(bytes)];
  ByteMask merged = bytes;
  ByteMask own_plain = atomic_ ? 0 : bytes;
  const Record& top = detector_.records_[old];
  bool all_left = !top.IsPair() && !top.IsPatches();  // neither stands below a list node
  LastAccesses last(top.IsList() ? top.length : 2);
  may_race = false;
  ForEach(old, 0xff, [&](std::uint32_t index, ByteMask b) {
    const Record& record = detector_.records_[index];
    const Epoch epoch = detector_.records_.EpochOf(index);
    all_left &= !last.Note(epoch, record.atomic(), b);
    may_race |= !IsOrdered(epoch);
    if (IsSameSite(index, mine)) merged |= b;  // one record for all bytes that the site touches
    if (InPresentEpoch(index) && !record.atomic()) own_plain |= b;
    all_left &= LeftOf(index, b, mine, bytes) == b;
    return true;
  });
  std::uint32_t rest = all_left ? old : 0;
  if (!all_left) {
    ForEach(old, 0xff, [&](std::uint32_t index, ByteMask b) {
      const auto left = static_cast<ByteMask>(LeftOf(index, b, mine, bytes) &
                                              ~last.OutOfUse(detector_.records_.EpochOf(index), b));
      if (left != 0) rest = Append(index, left, rest);
      return true;
    });
  }
  const std::uint32_t id = IdFor(merged);
  if (rest == 0) return id;
  const std::uint32_t list = Append(id & kIndexMask, merged, rest);
  SetPruned(list);
  // The list is of this epoch, so its coverage bits let the inline check pass.
  return list | CoverageOf(own_plain);
}

bool AccessChecker::IsSameSite(std::uint32_t index, const Record& mine) const {
  const Record& record = detector_.records_[index];
  return InPresentEpoch(index) && record.below == mine.below && record.site() == mine.site() &&
         record.IsOfTimeOf(mine) && record.tag == mine.tag;
}

ByteMask AccessChecker::LeftOf(std::uint32_t index, ByteMask b, const Record& mine,
                               ByteMask bytes) const {
  if (IsSameSite(index, mine)) return 0;
  const Record& record = detector_.records_[index];
  return Subsumes(record, IsOrdered(detector_.records_.EpochOf(index)))
             ? b & static_cast<ByteMask>(~bytes)
             : b;
}

bool AccessChecker::IsPairable(std::uint32_t old, ByteMask bytes) const {
  if (IsPartial(bytes)) return false;
  constexpr std::uint32_t kMostToSee = 16;
  const Record& record = detector_.records_[old];
  if (record.IsPair()) return IsHalf(bytes) || IsPlainRead();
  if (!IsHalf(bytes) || (record.IsList() && record.length > kMostToSee)) return false;
  bool whole = true;
  ByteMask all = bytes;
  ForEach(old, 0xff, [&](std::uint32_t, ByteMask b) {
    whole = whole && !IsPartial(b);
    all |= b;
    return whole;
  });
  return whole && all != bytes;
}

std::uint32_t AccessChecker::ComposePair(std::uint32_t old, ByteMask bytes, bool& may_race) {
  may_race = false;
  std::uint32_t after = old;
  for (const ByteMask half : {ByteMask{0x0f}, ByteMask{0xf0}}) {
    if ((bytes & half) == 0) continue;
    bool may_race_in_half;
    const std::uint32_t id = Compose(HalfOf(after, half), half, may_race_in_half, half);
    may_race |= may_race_in_half;
    after = PairWith(after, half, id);
  }
  return after;
}

std::uint32_t AccessChecker::HalfOf(std::uint32_t id, ByteMask half) {
  const Record& record = detector_.records_[id];
  if (id != 0 && record.IsPair()) return half == 0x0f ? record.low : record.high;
  std::uint32_t rest = 0;
  ForEach(id, half, [&](std::uint32_t index, ByteMask b) {
    rest = Append(index, b, rest);
    return true;
  });
  return rest;
}

std::uint32_t AccessChecker::PairWith(std::uint32_t old, ByteMask half, std::uint32_t id) {
  const std::uint32_t other = HalfOf(old, static_cast<ByteMask>(~half));
  return detector_.Pair(t_, half, id, other);
}

std::uint32_t AccessChecker::ComposeByte(std::uint32_t old, ByteMask byte, std::uint32_t mine,
                                         bool& may_race) {
  std::uint32_t rest = 0;
  may_race = false;
  if (const std::uint32_t added = old != 0 ? AddRead(old, mine, byte) : 0) return added;
  ForEach(old, byte, [&](std::uint32_t index, ByteMask) {
    const Record& record = detector_.records_[index];
    const bool ordered = IsOrdered(detector_.records_.EpochOf(index));
    may_race |= !ordered;
    if (index == mine || Subsumes(record, ordered)) return true;
    rest = rest == 0 ? index | kFullyCovered : Append(index, byte, rest);
    return true;
  });
  if (rest == 0) return mine;
  const std::uint32_t list = Append(mine, byte, rest);
  SetPruned(list);
  return list;
}

std::uint32_t AccessChecker::ComposeSplit(std::uint32_t old, ByteMask bytes) {
  const std::uint32_t mine = RecordInSplit(bytes);
  Split::Ids ids = {};
  const auto put = [&](std::uint32_t all, ByteMask within) {
    ForEach(all, within, [&](std::uint32_t index, ByteMask b) {
      for (unsigned left = b; left != 0; left &= left - 1) {
        std::uint32_t& id = ids[std::countr_zero(left)];
        id = id == 0 ? index | kFullyCovered : all;  // alone, or the whole list
      }
      return true;
    });
  };
  if (IsPair(old)) {
    put(HalfOf(old, 0x0f), 0x0f);
    put(HalfOf(old, 0xf0), 0xf0);
  } else {
    put(old, 0xff);
  }
  std::uint32_t replaced = 0;  // a single record: a list may hold another for each byte
  for (unsigned left = bytes; left != 0; left &= left - 1) {
    std::uint32_t& id = ids[std::countr_zero(left)];
    if (id == 0 || id == replaced) {
      id = mine;
      continue;
    }
    bool may_race;
    const std::uint32_t composed =
        ComposeByte(id, static_cast<ByteMask>(left & -left), mine, may_race);
    if (composed == mine && !detector_.records_.IsMixed(id)) replaced = id;
    id = composed;
  }
  return NewSplit(ids, IsNearable(ids));
}

bool AccessChecker::IsNearable(const Split::Ids& ids) const {
  return Split::AllNear(ids) && std::none_of(ids, ids + kCellBytes, [&](std::uint32_t id) {
           return id != 0 && !detector_.records_[id].IsSingle();
         });
}

std::uint32_t AccessChecker::NewSplit(const Split::Ids& ids, bool near) {
  Records& records = detector_.records_;
  if (records.marking()) {
    for (const std::uint32_t id : ids) records.Mark(id);
  }
  const std::uint32_t index = detector_.NewRecords(t_, near ? Split::kNearSlots : Split::kFarSlots);
  near ? Split::MakeNear(records[index], ids) : Split::MakeFar(records[index], ids);
  records.SetMixed(index);
  return index;
}

void AccessChecker::MakeFar(Cell& cell, std::uint32_t split_id) {
  Split split(detector_.records_[split_id]);
  split.Freeze();
  Split::Ids ids;
  for (std::size_t i = 0; i < kCellBytes; ++i) ids[i] = split.Load(static_cast<int>(i));
  cell.compare_exchange_strong(split_id, NewSplit(ids, false), std::memory_order_seq_cst);
}

bool AccessChecker::ReplaceSplit(Cell& cell, std::uint32_t split_id) {
  if (atomic_ || !SubsumesAll(split_id)) return false;
  Split(detector_.records_[split_id]).Freeze();
  return SubsumesAll(split_id) &&
         cell.compare_exchange_strong(split_id, IdFor(0xff), std::memory_order_seq_cst);
}

bool AccessChecker::SubsumesAll(std::uint32_t id) const {
  bool all = true;
  ForEach(id, 0xff, [&](std::uint32_t index, ByteMask) {
    const Record& record = detector_.records_[index];
    all = all && Subsumes(record, IsOrdered(detector_.records_.EpochOf(index)));
    return all;
  });
  return all;
}

void AccessChecker::Erase(Cell& cell, ByteMask bytes) {
  std::uint32_t old = cell.load(std::memory_order_acquire);
  while (old != 0) {
    if (IsSplit(old)) {
      const bool done = EraseInSplit(Split(detector_.records_[old]), bytes);
      if (!done) MakeFar(cell, old);
      const std::uint32_t now = cell.load(std::memory_order_seq_cst);
      if (done && now == old) return;
      old = now;
      continue;
    }
    std::uint32_t rest = 0;
    detector_.FreezeTurns(old, 0xff);
    ForEach(old, static_cast<ByteMask>(~bytes), [&](std::uint32_t index, ByteMask b) {
      rest = Append(index, b, rest);
      return true;
    });
    if (cell.compare_exchange_weak(old, rest, std::memory_order_seq_cst)) return;
  }
}

bool AccessChecker::EraseInSplit(Split split, ByteMask bytes) {
  for (int w = 0; w < split.words(); ++w) {
    const unsigned in_word = split.InWord(bytes, w);
    if (in_word == 0) continue;
    std::uint64_t word = split.LoadWord(w);
    do {
      if (split.IsFrozen(word, w)) return false;
    } while (!split.Exchange(w, in_word, word, 0));
  }
  return true;
}

std::uint32_t AccessChecker::IdFor(ByteMask bytes) {
  return atomic_ ? RecordFor(bytes) : detector_.IdAlone(t_, bytes, site_.pc, node_, tag_);
}

// This epoch's record of the site, for `bytes` if they are not whole halves of a plain access.
std::uint32_t AccessChecker::RecordFor(ByteMask bytes) {
  if (!atomic_ && BytesOf(CoverageOf(bytes)) == bytes) bytes = 0xff;
  return detector_.RecordOf(t_, site_.pc, node_, std::uint32_t{bytes} << 8 | tag_);
}

}  // namespace hbsan
