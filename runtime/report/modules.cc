#include "runtime/report/modules.h"

#include <dlfcn.h>
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

std::string_view PathOf(std::string_view name) {
  if (name.empty()) return program_path;
  return name.find('/') == std::string_view::npos ? keep.Copy(name) : AbsolutePath(name, keep);
}

std::string_view BuildIdOf(const dl_find_object& object) {
  const Addr begin = reinterpret_cast<Addr>(object.dlfo_map_start);
  const auto* file = static_cast<const ElfW(Ehdr)*>(object.dlfo_map_start);
  const auto* headers = reinterpret_cast<const ElfW(Phdr)*>(begin + file->e_phoff);
  std::string_view build_id;
  for (int i = 0; i < file->e_phnum && build_id.empty(); ++i) {
    if (headers[i].p_type != PT_NOTE) continue;
    build_id = FindBuildId(object.dlfo_link_map->l_addr + headers[i].p_vaddr, headers[i].p_memsz);
  }
  return build_id;
}

const Module* Add(const dl_find_object& object, std::string_view name) {
  auto* module = new (keep.Allocate(sizeof(Module), alignof(Module))) Module;
  module->path = PathOf(name);
  module->build_id = BuildIdOf(object);
  module->bias = object.dlfo_link_map->l_addr;
  module->begin = reinterpret_cast<Addr>(object.dlfo_map_start);
  module->end = reinterpret_cast<Addr>(object.dlfo_map_end);
  module->next = modules;
  modules = module;
  return module;
}

bool SameFile(const Module& module, std::string_view name) {
  return name.empty() ? module.path == program_path : module.path.ends_with(BaseName(name));
}

}  // namespace

void InitializeModules() { program_path = ProgramPath(keep); }

const Module* FindModule(Addr address) {
  dl_find_object object;
  const bool loaded = _dl_find_object(reinterpret_cast<void*>(address), &object) == 0;
  std::string_view name;
  if (loaded && object.dlfo_link_map->l_name != nullptr) name = object.dlfo_link_map->l_name;
  SpinLockHolder hold(lock);
  for (const Module* m = modules; m != nullptr; m = m->next) {
    if (address < m->begin || address >= m->end) continue;
    if (!loaded) return m;
    if (m->begin == reinterpret_cast<Addr>(object.dlfo_map_start) && SameFile(*m, name)) return m;
  }
  return loaded ? Add(object, name) : nullptr;
}

std::string_view BaseName(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : Substring(path, slash + 1);
}

void ModulesAfterFork() { lock.unlock(); }

}  // namespace hbsan
