#include "runtime/report/opaque_libraries.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "runtime/report/modules.h"
#include "runtime/runtime.h"

namespace hbsan {
namespace {

constexpr std::string_view kOpaque[] = {"libomp.so", "libomp5.so", "libiomp5.so", "libgomp.so"};

bool MadeByOpaqueLibrary(StackId stack) {
  std::uintptr_t pc = 0;
  if (TheDetector().stacks().Unwind(stack, &pc, 1) == 0) return false;
  const Module* module = FindModule(pc);
  if (module == nullptr) return false;
  const std::string_view name = BaseName(module->path);
  return std::any_of(std::begin(kOpaque), std::end(kOpaque),
                     [name](std::string_view opaque) { return name.starts_with(opaque); });
}

}  // namespace

bool MadeByOpaqueLibrary(const Race& race) {
  return MadeByOpaqueLibrary(race.current.stack) || MadeByOpaqueLibrary(race.previous.stack);
}

}  // namespace hbsan
