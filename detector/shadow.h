// Shadow memory: where the history of an address is kept.
//
//   address ──key = low 44 bits──► cell = key / 8 (a cell: 8 bytes of memory, one 32-bit record id
//   in each plane)
//     W            last writes
//     R0 .. R3     last reads, a plane per few OS threads: a reader writes only its own plane, so
//     that many readers of one
//                  table do not contend
//     S            heads of the lists of sync objects
//   page = key / 4096 ──► a byte that says in which planes anything of the page was ever stored
//
// Planes are reserved once and backed when touched; each starts at its own offset within a page
// group, so that planes do not alias in the caches. Two addresses 2^44 apart share a cell: the host
// keeps the program's mappings from colliding.
#ifndef HBSAN_DETECTOR_SHADOW_H_
#define HBSAN_DETECTOR_SHADOW_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "detector/hot_state.h"
#include "detector/memory.h"
#include "detector/types.h"

namespace hbsan {

inline constexpr int kReadPlanes = 4;
inline constexpr std::size_t kPageBytes = 4096;

using Cell = std::atomic<std::uint32_t>;
static_assert(sizeof(Cell) == 4 && Cell::is_always_lock_free);

// Bits of a page's byte.
using PlaneMask = std::uint8_t;
inline constexpr PlaneMask kWritePlaneBit = 1u << kReadPlanes;
inline constexpr PlaneMask kSyncPlaneBit = 1u << (kReadPlanes + 1);
// A cell of the page changed since Reclaim found that none needs a visit soon.
inline constexpr PlaneMask kChangedBit = 1u << (kReadPlanes + 2);
inline constexpr PlaneMask kReadPlaneBits = (1u << kReadPlanes) - 1;
constexpr PlaneMask ReadPlaneBit(int plane) { return static_cast<PlaneMask>(1u << plane); }

class Shadow {
 public:
  void Init(const Host& host);

  static std::uintptr_t Key(Addr addr) { return addr & kKeyMask; }
  static Cell* CellIn(std::uintptr_t plane, Addr addr) {
    return reinterpret_cast<Cell*>(plane + Key(addr) / kCellBytes * sizeof(Cell));
  }
  Cell* WriteCell(Addr addr) const { return CellIn(write_plane_, addr); }
  Cell* ReadCell(int plane, Addr addr) const { return CellIn(read_planes_[plane], addr); }
  Cell* SyncCell(Addr addr) const { return CellIn(sync_plane_, addr); }
  std::uintptr_t write_plane() const { return write_plane_; }
  std::uintptr_t read_plane(int plane) const { return read_planes_[plane]; }

  // The planes in which something of the address's 4 KiB page was stored.
  std::atomic<PlaneMask>& PagePlanes(Addr addr) const { return pages_[Key(addr) / kPageBytes]; }
  // To be called before the first store into a page's cells of a plane. True if it had no bit yet.
  bool Touch(Addr addr, PlaneMask plane) const {
    std::atomic<PlaneMask>& planes = PagePlanes(addr);
    if ((planes.load(std::memory_order_relaxed) & plane) != 0) return false;
    regions_[Key(addr) / kRegionBytes].store(true, std::memory_order_relaxed);
    planes.fetch_or(plane);  // locked, so a full fence: a reader's bit is visible before its read
                             // (see checker.h)
    return true;
  }

  // To be called after a sequentially consistent store to one of the page's cells, before the
  // engine is left; see reclaim.cc. The page's planes after that store, and more bits.
  static PlaneMask NoteChange(std::atomic<PlaneMask>& page) {
    const PlaneMask planes = page.load(std::memory_order_seq_cst);
    if ((planes & kChangedBit) == 0) [[unlikely]]
      page.fetch_or(kChangedBit);
    return planes;
  }

  // Has the system back the memory of a page's cells by a store to each page of theirs. What is
  // read first is mapped once more when it is stored to, and that on all cores.
  static void Back(Cell* cells, std::size_t count);
  // The same for a W or R plane's cells of the page after this one, which has its bit, if pages are
  // touched one after the other.
  void BackNext(Addr addr, PlaneMask plane) const;

  // Empties the W and R cells of [addr, addr + size); both ends 8-aligned.
  void Clear(Addr addr, std::size_t size) const;
  // Calls visit(page address, planes) for each page that overlaps [addr, addr + size) and has a bit
  // set.
  template <typename Visit>
  void ForEachTouchedPage(Addr addr, std::size_t size, Visit visit) const {
    const Addr end = addr + size;
    for (Addr page = addr & ~(kPageBytes - 1); page < end;) {
      if (!regions_[Key(page) / kRegionBytes].load(std::memory_order_relaxed)) {
        page = (page & ~(kRegionBytes - 1)) + kRegionBytes;
        continue;
      }
      if (const PlaneMask planes = PagePlanes(page).load(std::memory_order_relaxed)) {
        visit(page, planes);
      }
      page += kPageBytes;
    }
  }
  // The same over everything ever touched; addresses are keys.
  template <typename Visit>
  void ForEachTouchedPage(Visit visit) const {
    ForEachTouchedPage(0, std::size_t{1} << kKeyBits, visit);
  }

 private:
  static constexpr std::size_t kPlaneBytes =
      (std::size_t{1} << kKeyBits) / kCellBytes * sizeof(Cell);
  static constexpr std::size_t kRegionBytes = std::size_t{64} << 20;  // for walks over large ranges
  // From this size on, cells are returned to the system instead of written.
  static constexpr std::size_t kDiscardBytes = std::size_t{256} << 10;

  static std::uintptr_t ReservePlane(const Host& host, int number);
  void ClearPages(Addr addr, std::size_t size) const;
  void DiscardPages(Addr addr, std::size_t size) const;
  void DiscardCells(Cell* cells, std::size_t bytes) const;

  const Host* host_ = nullptr;
  std::uintptr_t write_plane_ = 0;
  std::uintptr_t read_planes_[kReadPlanes] = {};
  std::uintptr_t sync_plane_ = 0;
  std::atomic<PlaneMask>* pages_ = nullptr;
  std::atomic<bool>* regions_ = nullptr;  // regions with a touched page
};

}  // namespace hbsan

#endif  // HBSAN_DETECTOR_SHADOW_H_
