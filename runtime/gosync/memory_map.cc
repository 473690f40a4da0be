#include "gosync/memory_map.h"

#include <cstdio>
#include <cstring>

#include "gosync/stack.h"
#include "gosync/system.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {
namespace {

#if GOSYNC_RACE

// Anonymous memory is glibc's heap, or the detector's.
constexpr std::uintptr_t kArenaAlignment = std::uintptr_t{64} << 20;

// A chunk that malloc mapped by itself: its header is {0, size | 2}. The kernel joins neighbouring
// mappings, so it may start anywhere in one.
void VisitChunks(MemoryRange range, RangeVisitor visit, void* context) {
  for (std::uintptr_t at = range.begin; at < range.end; at += kPageBytes) {
    std::uintptr_t header[2];
    std::memcpy(header, reinterpret_cast<const void*>(at), sizeof header);
    const std::uintptr_t size = header[1] & ~std::uintptr_t{7};
    if (header[0] != 0 || (header[1] & 7) != 2 || size % kPageBytes != 0) continue;
    if (size == 0 || size > range.end - at) continue;
    visit({at, at + size}, context);
    at += size - kPageBytes;
  }
}

void VisitAnonymous(MemoryRange range, RangeVisitor visit, void* context) {
  if (range.begin % kArenaAlignment == 0 && range.end - range.begin <= kArenaAlignment) {
    visit(range, context);
  } else if (range.end - range.begin < std::uintptr_t{1} << 40) {  // else: shadow memory
    VisitChunks(range, visit, context);
  }
}

#else

void VisitAnonymous(MemoryRange range, RangeVisitor visit, void* context) { visit(range, context); }

#endif

bool Contains(MemoryRange range, std::uintptr_t address) {
  return range.begin <= address && address < range.end;
}

}  // namespace

bool ForEachRange(const ExitingThread& exiting, RangeVisitor visit, void* context) {
  const Quiet quiet;
  std::FILE* const maps = std::fopen("/proc/self/maps", "re");
  if (maps == nullptr) return false;
  const auto own_stack = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  std::uintptr_t end_of_file_backed = 0;
  char line[512];
  while (std::fgets(line, sizeof line, maps) != nullptr) {
    MemoryRange range;
    char access[5];
    unsigned long inode;
    char name[8] = "";
    if (std::sscanf(line, "%lx-%lx %4s %*s %*s %lu %7s", &range.begin, &range.end, access, &inode,
                    name) < 4) {
      continue;
    }
    const bool zeroed = inode == 0 && range.begin == end_of_file_backed;  // .bss
    if (inode != 0) end_of_file_backed = range.end;
    if (std::strcmp(access, "rw-p") != 0 || Contains(range, own_stack)) continue;
    if (Contains(range, exiting.stack)) {
      visit({exiting.stack & ~std::uintptr_t{7}, range.end}, context);
    } else if (inode != 0 || zeroed || Contains(range, exiting.locals) ||
               std::strcmp(name, "[heap]") == 0) {
      visit(range, context);
    } else if (!IsSlotMemory(range.begin)) {
      VisitAnonymous(range, visit, context);
    }
  }
  std::fclose(maps);
  return true;
}

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync
