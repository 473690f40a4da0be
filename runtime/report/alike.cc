#include "runtime/report/alike.h"

#include "runtime/report/folding.h"

namespace hbsan {
namespace {

// FNV-1a.
class Hash {
 public:
  Hash& Add(std::string_view text) {
    for (const char c : text) AddByte(static_cast<unsigned char>(c));
    return Add(text.size());
  }
  Hash& Add(std::uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) AddByte(number >> shift & 0xff);
    return *this;
  }
  std::uint64_t value() const { return value_; }

 private:
  void AddByte(std::uint64_t byte) { value_ = (value_ ^ byte) * 0x100000001B3u; }

  std::uint64_t value_ = 0xCBF29CE484222325u;
};

void AddFrame(const ReportFrame& frame, Hash& hash) {
  hash.Add(frame.function).Add(frame.file).Add(frame.line);
  // An update is one expression, at two columns.
  hash.Add(frame.expression != 0 ? frame.expression : frame.column);
  if (frame.line == 0) hash.Add(frame.module).Add(frame.offset);
}

std::uint64_t LooksOf(const ReportAccess& access) {
  Hash hash;
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
  Hash hash;
  hash.Add(race.kind).Add(sides);
  hash.Add(static_cast<std::uint64_t>(race.location.kind)).Add(race.location.name);
  return hash.value() | 1;
}

}  // namespace hbsan
