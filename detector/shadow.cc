#include "detector/shadow.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace hbsan {

// Planes at power-of-two distances would alias in the L1 cache, so each starts a bit further into
// its range.
std::uintptr_t Shadow::ReservePlane(const Host& host, int number) {
  constexpr std::size_t kStagger = 0x1355c0;
  const std::size_t offset = kStagger * static_cast<std::size_t>(number);
  return reinterpret_cast<std::uintptr_t>(host.reserve(kPlaneBytes + offset)) + offset;
}

void Shadow::Init(const Host& host) {
  host_ = &host;
  write_plane_ = ReservePlane(host, 0);
  for (int p = 0; p < kReadPlanes; ++p) read_planes_[p] = ReservePlane(host, p + 1);
  sync_plane_ = ReservePlane(host, kReadPlanes + 1);
  constexpr std::size_t kKeys = std::size_t{1} << kKeyBits;
  pages_ = static_cast<std::atomic<PlaneMask>*>(host.reserve(kKeys / kPageBytes));
  regions_ = static_cast<std::atomic<bool>*>(host.reserve(kKeys / kRegionBytes));
}

void Shadow::Back(Cell* cells, std::size_t count) {
  static_assert(kPageBytes / kCellBytes * sizeof(Cell) < kPageBytes);  // so there are two at most
  for (Cell* cell : {&cells[0], &cells[count - 1]}) {
    std::uint32_t none = 0;
    cell->compare_exchange_strong(none, 0, std::memory_order_relaxed);  // a store in any case
  }
}

void Shadow::BackNext(Addr addr, PlaneMask plane) const {
  if ((PagePlanes(addr - kPageBytes).load(std::memory_order_relaxed) & plane) == 0) return;
  const Addr next = (addr & ~(kPageBytes - 1)) + kPageBytes;
  Back(plane == kWritePlaneBit ? WriteCell(next) : ReadCell(std::countr_zero(plane), next),
       kPageBytes / kCellBytes);
}

void Shadow::Clear(Addr addr, std::size_t size) const {
  if (size == 0) return;
  if (size < kDiscardBytes) {
    ClearPages(addr, size);
    return;
  }
  // The ends, in pages that others share, are cleared in place.
  const Addr begin = (addr + kPageBytes - 1) & ~(kPageBytes - 1);
  const Addr end = (addr + size) & ~(kPageBytes - 1);
  ClearPages(addr, begin - addr);
  DiscardPages(begin, end - begin);
  ClearPages(end, addr + size - end);
}

void Shadow::ClearPages(Addr addr, std::size_t size) const {
  if (size == 0) return;
  ForEachTouchedPage(addr, size, [&](Addr page, PlaneMask planes) {
    const Addr begin = std::max(page, addr);
    const Addr end = std::min(page + kPageBytes, addr + size);
    const std::size_t bytes = (end - begin) / kCellBytes * sizeof(Cell);
    if ((planes & kWritePlaneBit) != 0) std::memset(static_cast<void*>(WriteCell(begin)), 0, bytes);
    for (int p = 0; p < kReadPlanes; ++p) {
      if ((planes & ReadPlaneBit(p)) != 0) {
        std::memset(static_cast<void*>(ReadCell(p, begin)), 0, bytes);
      }
    }
  });
}

void Shadow::DiscardPages(Addr addr, std::size_t size) const {
  // Runs of touched pages go in one call per plane.
  Addr run_begin = 0, run_end = 0;
  PlaneMask run_planes = 0;
  const auto flush = [&] {
    const std::size_t bytes = (run_end - run_begin) / kCellBytes * sizeof(Cell);
    if (bytes == 0) return;
    if ((run_planes & kWritePlaneBit) != 0) DiscardCells(WriteCell(run_begin), bytes);
    for (int p = 0; p < kReadPlanes; ++p) {
      if ((run_planes & ReadPlaneBit(p)) != 0) DiscardCells(ReadCell(p, run_begin), bytes);
    }
  };
  ForEachTouchedPage(addr, size, [&](Addr page, PlaneMask planes) {
    PagePlanes(page).fetch_and(kSyncPlaneBit, std::memory_order_relaxed);
    if (page != run_end || run_end == 0) {
      flush();
      run_begin = page;
      run_planes = 0;
    }
    run_end = page + kPageBytes;
    run_planes |= planes;
  });
  flush();
}

// Whole pages are returned; the ends of the run, which may share a page with live cells, are
// written.
void Shadow::DiscardCells(Cell* cells, std::size_t bytes) const {
  const auto begin = reinterpret_cast<std::uintptr_t>(cells);
  const std::uintptr_t end = begin + bytes;
  const std::uintptr_t first = std::min((begin + kPageBytes - 1) & ~(kPageBytes - 1), end);
  const std::uintptr_t last = std::max(end & ~(kPageBytes - 1), first);
  std::memset(reinterpret_cast<void*>(begin), 0, first - begin);
  if (last > first) host_->discard(reinterpret_cast<void*>(first), last - first);
  std::memset(reinterpret_cast<void*>(last), 0, end - last);
}

}  // namespace hbsan
