// One access against the shadow: FastTrack's rules per cell, exact under concurrency.
//
// Why no race is lost when accesses overlap in time. Each adjacent pair of writes of a cell is
// compared, because a write replaces the cell by compare-and-swap and checks what it replaced. A
// read and a write meet as in Dekker's algorithm: the reader puts its record into its read plane by
// a locked operation (a full fence) and then loads the write cell; the writer replaces the write
// cell by a locked operation and then loads the page's plane mask and the read cells. Whoever comes
// second in the total order of locked operations sees the other.
//
// What a cell keeps. A record is dropped only for one that subsumes it: ordered after it, on the
// same bytes, and racing with all that it races with; so an atomic access never replaces a plain
// one. Plain accesses of one epoch to different bytes become one record, with a mosaic if they have
// several sites (see mosaics.h). Concurrent reads of a plane, concurrent atomic writes and
// neighbouring bytes of several epochs stand side by side in a list, patches or a split (see
// record.h).
// Read cells are left alone by writes: a read that a write is ordered after cannot race with what
// is ordered after that write.
//
// A split is changed in place, byte by byte. Whoever did so looks whether the cell still names the
// split, and starts again if not: either he sees that the split was replaced, or the one who
// replaced it sees his record there. For the writers of an atomic variable, which are changed in
// place too, see turns.h.
#ifndef HBSAN_DETECTOR_CHECKER_H_
#define HBSAN_DETECTOR_CHECKER_H_

#include <bit>

#include "detector/detector.h"
#include "detector/quick_check.h"
#include "detector/split.h"
#include "detector/turns.h"

namespace hbsan {

class OwnIds;

// Which bytes of the cell at `cell` [addr, end) touches.
inline ByteMask BytesIn(Addr cell, Addr addr, Addr end) {
  unsigned bytes = 0xff;
  if (cell < addr) bytes &= 0xffu << (addr - cell);
  if (end - cell < kCellBytes) bytes &= 0xffu >> (kCellBytes - (end - cell));
  return static_cast<ByteMask>(bytes);
}

class AccessChecker {
 public:
  AccessChecker(Detector& detector, ThreadState& t, const Site& site, Addr addr, std::size_t size);

  // The part of the access that lies in the cell of `cell_addr` (8-aligned). True if it races; the
  // first call that does fills in `race`.
  bool Check(Addr cell_addr, ByteMask bytes, Race& race) {
    return site_.kind == AccessKind::kWrite ? Write(cell_addr, bytes, race)
                                            : Read(cell_addr, bytes, race);
  }
  // The same, the quicker ways first.
  bool CheckCell(Addr cell_addr, ByteMask bytes, Race& race);
  // What a quicker way left to do.
  bool Finish(QuickOutcome outcome, Addr cell_addr, ByteMask bytes, Race& race);
  // The second half of Check, for an access that is recorded already: compares it with what the
  // other planes hold.
  bool CheckStored(Addr cell_addr, ByteMask bytes, Race& race) {
    return site_.kind == AccessKind::kWrite ? CheckReads(cell_addr, bytes, race)
                                            : CheckWrites(cell_addr, bytes, race);
  }
  // The same for the whole cells of [first, last), both ends 8-aligned.
  bool CheckCells(Addr first, Addr last, Race& race);
  // The same for a few cells of a plain access.
  bool CheckFewCells(Addr first, Addr last, Race& race);
  // The same for elements with gaps between them.
  bool CheckStrided(Race& race);
  // Takes `bytes` out of a cell's history.
  void Erase(Cell& cell, ByteMask bytes);

  // Of an atomic access (atomic_check.cc); Finish does the rest.
  QuickOutcome CheckAtomicQuickly(Addr cell_addr, ByteMask bytes);

 private:
  QuickOutcome CheckFreedQuickly(Addr cell_addr, ByteMask bytes);
  // What a cell that holds `old` holds after an atomic access of `bytes`; 0: not known here.
  std::uint32_t ComposeAtomic(std::uint32_t old, ByteMask bytes);
  std::uint32_t ComposeAtomicPart(std::uint32_t old, std::uint32_t mine, ByteMask bytes,
                                  ByteMask within);
  std::uint32_t ComposeAtomicWrites(std::uint32_t old, std::uint32_t mine, ByteMask bytes,
                                    ByteMask within);
  bool GoesUnder(std::uint32_t index) const;
  bool IsPlainRead() const { return site_.kind == AccessKind::kRead && !atomic_; }
  // --- Threads that access by turns (turns.h)
  std::uint32_t NewWriter(std::uint32_t mine, ByteMask bytes, std::uint32_t below) {
    return detector_.NewTurn(t_, Record::kWriterTag, mine, bytes, below);
  }
  // The present access, of `bytes`, cannot be composed with what the cell's id stands for as long
  // as that may change.
  bool MustThaw(std::uint32_t id, ByteMask bytes) const;
  // `id` stands for readers of these bytes, of whom the running thread may become one.
  bool IsOneMoreReader(std::uint32_t id, ByteMask bytes) const;
  // The running thread's node among them, if the present access is a plain read; 0: none.
  std::uint32_t OwnReader(std::uint32_t id, ByteMask bytes) const {
    return IsPlainRead() ? detector_.OwnTurn(t_, id, bytes) : 0;
  }
  // Lists take the place of the nodes in a cell, if they are still there.
  void Thaw(Cell& cell, std::uint32_t id);
  std::uint32_t Thawed(std::uint32_t id);
  std::uint32_t WithOtherHalf(std::uint32_t mine, ByteMask half, std::uint32_t old);
  bool IsSettledForAtomic(std::uint32_t id, ByteMask bytes) const;
  void Touch(Addr cell_addr, PlaneMask plane) const;
  bool Write(Addr cell_addr, ByteMask bytes, Race& race);
  bool Read(Addr cell_addr, ByteMask bytes, Race& race);
  template <AccessKind kKind>
  bool CheckOneByOne(Addr first, Addr last, Race& race);
  // Cells side by side, all bytes of them.
  struct EachCell {
    static constexpr bool side_by_side = true;
    static constexpr std::size_t step = kCellBytes;
    static constexpr ByteMask bytes = 0xff;
  };
  // One cell every `step` bytes, a multiple of 8; of each cell all bytes or a half.
  struct Steps {
    static constexpr bool side_by_side = false;
    std::size_t step;
    ByteMask bytes;
  };
  // `cells`: EachCell or Steps.
  template <typename Cells>
  bool CheckPages(Addr first, Addr last, Cells cells, Race& race);
  // The same within a page.
  template <typename Cells>
  bool WriteCells(Addr first, Addr last, Cells which, Race& race);
  template <typename Cells>
  std::size_t CountOwn(const Cell* cells, std::size_t count, Cells which) const;
  template <typename Cells>
  bool ReadCells(Addr first, Addr last, Cells which, Race& race);
  std::size_t ReplaceAlike(Cell* cells, const Cell* writes, std::size_t i, std::size_t count,
                           OwnIds own, std::uint32_t& replaceable, std::uint32_t& id);
  // A plain access of `bytes`, all of the cell or a half, may take the place of what `held` stands
  // for: nothing, or one record of no other bytes that is ordered before it, as `known` is, which
  // becomes `held`.
  bool IsReplaceable(std::uint32_t held, ByteMask bytes, std::uint32_t& known) const;
  template <typename Cells>
  bool RacesInPlane(const Cell* cells, Addr first, Addr last, Cells which, AccessKind kind,
                    Race& race);
  bool CheckReads(Addr cell_addr, ByteMask bytes, Race& race);
  bool CheckWrites(Addr cell_addr, ByteMask bytes, Race& race);

  // Calls visit(record index, bytes) for each record that a cell's id, or the id of a split's byte,
  // stands for within those bytes, until it returns false (in a split: for the byte; in a pair: for
  // the half).
  template <typename Visit>
  void ForEach(std::uint32_t id, ByteMask within, Visit visit) const;
  bool IsSplit(std::uint32_t id) const {
    return id != 0 && detector_.records_.IsMixed(id) && detector_.records_[id].IsSplit();
  }
  bool IsPair(std::uint32_t id) const {
    return id != 0 && detector_.records_.IsMixed(id) && detector_.records_[id].IsPair();
  }
  bool InPresentEpoch(std::uint32_t id) const { return t_.InPresentEpoch(id); }
  // The inline check of instrumented code: the running thread made plain accesses of `bytes`, all
  // of the cell or a half, in its present epoch. (It may fail for some that did.)
  bool IsOwn(std::uint32_t id, ByteMask bytes) const {
    const std::uint32_t others = kFullyCovered & ~CoverageOf(bytes);
    return (id | others) - t_.hot->own_first < t_.hot->own_count;
  }
  bool IsOrdered(Epoch e) const { return detector_.IsOrdered(t_, e); }
  // The running thread made an access of these bytes in this epoch that subsumes the present one.
  bool SubsumedBy(std::uint32_t id, ByteMask bytes) const;
  // `record` can be dropped on the bytes of the present access.
  bool Subsumes(const Record& record, bool ordered) const;
  // Makes the present access part of the cell, whose content was `old` a moment ago. Calls
  // replaced(id, within) for what it stood beside or in the place of, if that may race.
  template <typename Replaced>
  void Put(Cell& cell, std::uint32_t old, ByteMask bytes, Replaced replaced);
  // False if the split is, or must be, replaced by a far one.
  template <typename Replaced>
  bool PutInSplit(Split split, ByteMask bytes, Replaced replaced);
  // A far split takes the place of a split, if it is still there.
  void MakeFar(Cell& cell, std::uint32_t split_id);
  // The present access of the whole cell takes the place of a split that holds nothing else but
  // what it subsumes. False if it does not.
  bool ReplaceSplit(Cell& cell, std::uint32_t split_id);
  bool SubsumesAll(std::uint32_t id) const;
  static bool EraseInSplit(Split split, ByteMask bytes);
  // The present access subsumes whatever a split holds, now or by the time it is replaced.
  bool ReplacesSplit(ByteMask bytes) const {
    return bytes == 0xff && site_.kind == AccessKind::kWrite && !atomic_;
  }
  // The cell's content after the present access, or that of the half `within`. `may_race`: `old` is
  // not known to be ordered.
  std::uint32_t Compose(std::uint32_t old, ByteMask bytes, bool& may_race, ByteMask within = 0xff);
  std::uint32_t ComposeList(std::uint32_t old, ByteMask bytes, bool& may_race);
  // The same for whole halves of a cell whose halves differ.
  std::uint32_t ComposePair(std::uint32_t old, ByteMask bytes, bool& may_race);
  // What `old`, no split, holds becomes a pair by an access of `bytes`.
  bool IsPairable(std::uint32_t old, ByteMask bytes) const;
  // What `id`, of whole halves, stands for in one half.
  std::uint32_t HalfOf(std::uint32_t id, ByteMask half);
  // `old` with one half replaced.
  std::uint32_t PairWith(std::uint32_t old, ByteMask half, std::uint32_t id);
  // The same for the byte of a split.
  std::uint32_t ComposeByte(std::uint32_t old, ByteMask byte, std::uint32_t mine, bool& may_race);
  // A split of what `old`, no split itself, stands for and the present access.
  std::uint32_t ComposeSplit(std::uint32_t old, ByteMask bytes);
  std::uint32_t NewSplit(const Split::Ids& ids, bool near);
  bool IsNearable(const Split::Ids& ids) const;
  // Of a list of an atomic access and a plain one below (the variable's initialisation, mostly),
  // both of them ordered before the present atomic access, the plain one; 0: it is no such list.
  std::uint32_t PlainBelow(std::uint32_t old, ByteMask bytes) const;
  void SetPruned(std::uint32_t list);
  bool IsMixture(std::uint32_t old, ByteMask bytes) const;
  bool PrefersSplit() const;
  std::uint32_t IdFor(ByteMask bytes);
  std::uint32_t RecordFor(ByteMask bytes);
  // The record for the bytes of a split.
  std::uint32_t RecordInSplit(ByteMask bytes) {
    return RecordFor(IsOfOneByte(tag_) ? ByteMask{0xff} : bytes);
  }
  // The record is the running thread's, of this epoch, and says what `mine` says but for the bytes.
  bool IsSameSite(std::uint32_t index, const Record& mine) const;
  // Which of the bytes for which the record stands in a list are its own after the present access,
  // which is `mine`.
  ByteMask LeftOf(std::uint32_t index, ByteMask b, const Record& mine, ByteMask bytes) const;
  // See Detector.
  std::uint32_t AddRead(std::uint32_t old, std::uint32_t record, ByteMask bytes) {
    if (site_.kind != AccessKind::kRead) return 0;
    return detector_.AddRead(t_, old, record, bytes, atomic_);
  }
  std::uint32_t Append(std::uint32_t index, ByteMask bytes, std::uint32_t tail) {
    return detector_.Append(t_, index, bytes, tail);
  }
  // Looks for a record that races with the present access, of `bytes` of the cell, in what `id`
  // stands for within some bytes; `kind`: what the plane records.
  bool FindRace(std::uint32_t id, ByteMask within, Addr cell_addr, ByteMask bytes, AccessKind kind,
                Race& race);
  // The access of which the record, which stands for `bytes` of the cell, says that it was at the
  // first of those in `common`.
  Access Describe(std::uint32_t index, Addr cell_addr, ByteMask bytes, ByteMask common,
                  AccessKind kind) const;

  Detector& detector_;
  ThreadState& t_;
  const Site& site_;
  const Addr addr_;
  const std::size_t size_;
  const std::uint8_t tag_;
  const bool atomic_;
  const std::uint32_t node_;  // of the stack below the site
  bool raced_ = false;        // `race` is filled in
};

template <typename Visit>
void AccessChecker::ForEach(std::uint32_t id, ByteMask within, Visit visit) const {
  while (id != 0) {
    Record& record = detector_.records_[id];
    if (!detector_.records_.IsMixed(id)) {
      const ByteMask bytes = BytesOfSingle(id, record) & within;
      if (bytes != 0) visit(id & kIndexMask, bytes);
      return;
    }
    if (record.IsPair()) {
      ForEach(record.low, within & 0x0f, visit);
      ForEach(record.high, within & 0xf0, visit);
      return;
    }
    if (record.IsPatches()) {
      Patches(record).All([&](std::uint32_t index, ByteMask held) {
        const ByteMask bytes = held & within;
        return bytes == 0 || visit(index, bytes);
      });
      return;
    }
    if (record.IsSplit()) {
      const Split split(detector_.records_[id]);
      for (unsigned left = within; left != 0; left &= left - 1) {
        ForEach(split.Load(std::countr_zero(left)), static_cast<ByteMask>(left & -left), visit);
      }
      return;
    }
    const ByteMask bytes = record.bytes & within;
    const std::uint32_t head = record.IsTurn() ? Turn(record).Head() : record.head;
    if (bytes != 0 && !visit(head, bytes)) return;
    id = record.tail;
  }
}

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_CHECKER_H_
