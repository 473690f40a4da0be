#include "runtime/report/modules.h"

#include <elf.h>
#include <link.h>

#include <cstring>
#include <new>

#include "detector/memory.h"
#include "runtime/report/environment.h"
#include "runtime/report/scratch.h"
#include "runtime/report/substring.h"

namespace hbsan {
namespace {

[[clang::no_destroy]] constinit Scratch keep;  // never reset
constinit SpinLock lock;
constinit Module* modules = nullptr;  // newest first
constinit std::uint64_t refreshes = 0;
constinit std::string_view program_path;

std::string_view CopyAsHex(const unsigned char* bytes, std::size_t count) {
  char digits[2 * 64];
  if (count > 64) count = 64;
  for (std::size_t i = 0; i < count; ++i) {
    digits[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
    digits[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
  }
  return keep.Copy({digits, 2 * count});
}

// The GNU build id among the notes in [begin, begin + size).
std::string_view FindBuildId(Addr begin, std::size_t size) {
  constexpr std::size_t kAlign = 4;
  for (Addr note = begin; note + sizeof(ElfW(Nhdr)) <= begin + size;) {
    const auto* header = reinterpret_cast<const ElfW(Nhdr)*>(note);
    const Addr name = note + sizeof(*header);
    const Addr data = name + (header->n_namesz + kAlign - 1) / kAlign * kAlign;
    note = data + (header->n_descsz + kAlign - 1) / kAlign * kAlign;
    if (header->n_type == NT_GNU_BUILD_ID && header->n_namesz == 4 && note <= begin + size &&
        std::memcmp(reinterpret_cast<const char*>(name), "GNU", 4) == 0) {
      return CopyAsHex(reinterpret_cast<const unsigned char*>(data), header->n_descsz);
    }
  }
  return {};
}

std::string_view PathOf(const dl_phdr_info& info) {
  const std::string_view name(info.dlpi_name == nullptr ? "" : info.dlpi_name);
  if (name.empty()) return program_path;
  return name.find('/') == std::string_view::npos ? keep.Copy(name) : AbsolutePath(name, keep);
}

void Add(const dl_phdr_info& info, Addr begin, Addr end) {
  auto* module = new (keep.Allocate(sizeof(Module), alignof(Module))) Module;
  module->path = PathOf(info);
  module->bias = info.dlpi_addr;
  module->begin = begin;
  module->end = end;
  module->seen = refreshes;
  module->next = modules;
  for (int i = 0; i < info.dlpi_phnum && module->build_id.empty(); ++i) {
    const ElfW(Phdr)& header = info.dlpi_phdr[i];
    if (header.p_type == PT_NOTE) {
      module->build_id = FindBuildId(info.dlpi_addr + header.p_vaddr, header.p_memsz);
    }
  }
  modules = module;
}

bool SameFile(const Module& module, const dl_phdr_info& info) {
  const std::string_view name(info.dlpi_name == nullptr ? "" : info.dlpi_name);
  return name.empty() ? module.path == program_path : module.path.ends_with(BaseName(name));
}

int Visit(dl_phdr_info* info, std::size_t, void*) {
  Addr begin = ~Addr{0};
  Addr end = 0;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = info->dlpi_phdr[i];
    if (header.p_type != PT_LOAD) continue;
    const Addr first = info->dlpi_addr + header.p_vaddr;
    if (first < begin) begin = first;
    if (first + header.p_memsz > end) end = first + header.p_memsz;
  }
  if (begin >= end) return 0;
  SpinLockHolder hold(lock);
  for (Module* m = modules; m != nullptr; m = m->next) {
    if (m->begin == begin && m->end == end && SameFile(*m, *info)) {
      m->seen = refreshes;
      return 0;
    }
  }
  Add(*info, begin, end);
  return 0;
}

}  // namespace

void InitializeModules() {
  program_path = ProgramPath(keep);
  RefreshModules();
}

void RefreshModules() {
  {
    SpinLockHolder hold(lock);
    ++refreshes;
  }
  dl_iterate_phdr(&Visit, nullptr);
}

const Module* FindModule(Addr address) {
  SpinLockHolder hold(lock);
  const Module* best = nullptr;
  for (const Module* m = modules; m != nullptr; m = m->next) {
    if (address >= m->begin && address < m->end && (best == nullptr || m->seen > best->seen)) {
      best = m;
    }
  }
  return best;
}

std::string_view BaseName(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : Substring(path, slash + 1);
}

void ModulesAfterFork() { lock.unlock(); }

}  // namespace hbsan
