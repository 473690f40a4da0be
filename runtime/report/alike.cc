#include "runtime/report/alike.h"

#include "runtime/report/fnv_hash.h"
#include "runtime/report/folding.h"

namespace hbsan {
namespace {

void AddFrame(const ReportFrame& frame, FnvHash& hash) {
  hash.Add(frame.function).Add(frame.file).Add(frame.line);
  // An update is one expression, at two columns.
  hash.Add(frame.expression != 0 ? frame.expression : frame.column);
  if (frame.line == 0) hash.Add(frame.module).Add(frame.offset);
}

std::uint64_t LooksOf(const ReportAccess& access) {
  FnvHash hash;
  hash.Add(static_cast<std::uint64_t>(access.flavor));
  bool of_program = false;
  for (const ReportFrame& frame : access.stack) {
    if (OriginOf(frame) != FrameOrigin::kUser) continue;
    AddFrame(frame, hash);
    of_program = true;
  }
  if (of_program) return hash.value();
  for (const ReportFrame& frame : access.stack) AddFrame(frame, hash);
  return hash.value();
}

}  // namespace

std::uint64_t LooksOf(const Report& race) {
  std::uint64_t sides = 0;
  for (const ReportAccess& access : race.accesses) sides += LooksOf(access);
  FnvHash hash;
  hash.Add(race.kind).Add(sides);
  hash.Add(static_cast<std::uint64_t>(race.location.kind)).Add(race.location.name);
  return hash.value() | 1;
}

}  // namespace hbsan
