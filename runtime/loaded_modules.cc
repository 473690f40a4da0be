#include "runtime/loaded_modules.h"

#include <link.h>

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "runtime/memory_life.h"
#include "runtime/runtime.h"

namespace hbsan {
namespace {

// Lock-free, because it is changed under the loader's lock and outside the runtime. A module is
// known by the address of its program headers. Those beyond the table keep whatever history their
// addresses had.
struct KnownModule {
  std::atomic<Addr> headers;  // 0: free
  std::atomic<std::uint32_t> seen;
};
constexpr std::uint32_t kMaxModules = 4096;
constinit KnownModule known[kMaxModules] = {};
constinit std::atomic<std::uint32_t> high_water{0};
constinit std::atomic<std::uint32_t> sweep{1};
// How many modules the loader had ever loaded when all of them were known.
constinit std::atomic<unsigned long long> known_loads{0};

KnownModule* Find(Addr headers) {
  const std::uint32_t end = std::min(high_water.load(), kMaxModules);
  for (std::uint32_t i = 0; i < end; ++i) {
    if (known[i].headers.load() == headers) return &known[i];
  }
  return nullptr;
}

void Insert(Addr headers) {
  for (std::uint32_t i = 0; i < kMaxModules; ++i) {
    Addr none = 0;
    if (!known[i].headers.compare_exchange_strong(none, headers)) continue;
    known[i].seen.store(sweep.load());
    std::uint32_t seen = high_water.load();
    while (seen <= i && !high_water.compare_exchange_weak(seen, i + 1)) {
    }
    return;
  }
}

void MakeModuleFresh(const dl_phdr_info& module) {
  for (int i = 0; i < module.dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = module.dlpi_phdr[i];
    if (header.p_type != PT_LOAD) continue;
    const Addr begin = (module.dlpi_addr + header.p_vaddr) & ~Addr{7};
    const Addr end = (module.dlpi_addr + header.p_vaddr + header.p_memsz + 7) & ~Addr{7};
    MakeFresh(begin, end - begin);
  }
}

// Of the program, which the loader names first.
int NoteConstantData(dl_phdr_info* program, std::size_t, void*) {
  for (int i = 0; i < program->dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = program->dlpi_phdr[i];
    if (header.p_type != PT_LOAD) continue;
    if ((header.p_flags & PF_W) != 0) break;
    const Addr begin = program->dlpi_addr + header.p_vaddr;
    if (constant_data.end == 0) constant_data.begin = begin;
    constant_data.end = begin + header.p_memsz;
  }
  return 1;
}

struct Walk {
  unsigned long long loads = 0;
  bool found = false;
};

int VisitLoaded(dl_phdr_info* module, std::size_t, void* context) {
  auto& walk = *static_cast<Walk*>(context);
  walk.loads = module->dlpi_adds;
  if (walk.loads == known_loads.load(std::memory_order_relaxed)) return 1;
  const Addr headers = reinterpret_cast<Addr>(module->dlpi_phdr);
  if (Find(headers) != nullptr) return 0;
  MakeModuleFresh(*module);
  Insert(headers);
  walk.found = true;
  return 0;
}

int VisitPresent(dl_phdr_info* module, std::size_t, void*) {
  KnownModule* m = Find(reinterpret_cast<Addr>(module->dlpi_phdr));
  if (m != nullptr) m->seen.store(sweep.load());
  return 0;
}

}  // namespace

constinit ConstantData constant_data;

void InitializeLoadedModules() {
  dl_iterate_phdr(NoteConstantData, nullptr);
  NoteLoadedModules();
}

bool NoteLoadedModules() {
  Walk walk;
  dl_iterate_phdr(VisitLoaded, &walk);
  known_loads.store(walk.loads, std::memory_order_relaxed);
  return walk.found;
}

void NoteUnloadedModules() {
  sweep.fetch_add(1);
  dl_iterate_phdr(VisitPresent, nullptr);
  const std::uint32_t end = std::min(high_water.load(), kMaxModules);
  for (std::uint32_t i = 0; i < end; ++i) {
    if (known[i].seen.load() != sweep.load()) known[i].headers.store(0);
  }
}

}  // namespace hbsan
