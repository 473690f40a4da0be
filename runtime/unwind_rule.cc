#include "runtime/unwind_rule.h"

#include <dlfcn.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>

#include "detector/memory.h"

namespace hbsan {
namespace {

// Reads the encodings of .eh_frame (LSB Core 10.5, DWARF 5 7.6).
class Reader {
 public:
  explicit Reader(const std::uint8_t* p) : p_(p) {}

  template <typename T>
  T Fixed() {
    T value;
    __builtin_memcpy(&value, p_, sizeof value);
    p_ += sizeof value;
    return value;
  }
  std::uint64_t Uleb() {
    std::uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const std::uint8_t byte = *p_++;
      value |= std::uint64_t{byte & 0x7fu} << shift;
      if ((byte & 0x80) == 0) return value;
    }
  }
  std::int64_t Sleb() {
    std::uint64_t value = 0;
    for (int shift = 0;;) {
      const std::uint8_t byte = *p_++;
      value |= std::uint64_t{byte & 0x7fu} << shift;
      shift += 7;
      if ((byte & 0x80) != 0) continue;
      if (shift < 64 && (byte & 0x40) != 0) value |= ~std::uint64_t{0} << shift;
      return static_cast<std::int64_t>(value);
    }
  }
  // A pointer in one of the encodings that linkers use on x86-64; `ok` turns false on others.
  std::uintptr_t Pointer(std::uint8_t encoding, bool& ok) {
    constexpr std::uint8_t kPcRelative = 0x10;
    const auto here = reinterpret_cast<std::uintptr_t>(p_);
    std::uintptr_t value = 0;
    switch (encoding & 0x0f) {
      case 0x00:
      case 0x04:
      case 0x0c:
        value = Fixed<std::uint64_t>();
        break;
      case 0x03:
        value = Fixed<std::uint32_t>();
        break;
      case 0x0b:
        value = static_cast<std::uintptr_t>(std::int64_t{Fixed<std::int32_t>()});
        break;
      default:
        ok = false;
    }
    if ((encoding & 0x70) == kPcRelative)
      value += here;
    else if ((encoding & 0x70) != 0)
      ok = false;
    return value;
  }
  const std::uint8_t* position() const { return p_; }
  void Skip(std::size_t bytes) { p_ += bytes; }

 private:
  const std::uint8_t* p_;
};

struct Cie {
  std::uint64_t code_align = 1;
  std::int64_t data_align = 1;
  std::uint8_t pointer_encoding = 0;
  bool augmented = false;
  const std::uint8_t* program = nullptr;
  const std::uint8_t* end = nullptr;
};

bool ParseCie(const std::uint8_t* entry, Cie& cie) {
  Reader r(entry);
  const auto length = r.Fixed<std::uint32_t>();
  cie.end = r.position() + length;
  if (length == 0xffffffffu || r.Fixed<std::uint32_t>() != 0) return false;
  r.Skip(1);  // version
  const std::uint8_t* augmentation = r.position();
  while (r.Fixed<char>() != '\0') {
  }
  cie.code_align = r.Uleb();
  cie.data_align = r.Sleb();
  r.Uleb();  // the return address's column
  cie.augmented = *augmentation == 'z';
  if (*augmentation != '\0' && !cie.augmented) return false;
  bool ok = true;
  if (cie.augmented) {
    const std::uint64_t bytes = r.Uleb();
    cie.program = r.position() + bytes;
    for (const std::uint8_t* a = augmentation + 1; *a != '\0'; ++a) {
      if (*a == 'R')
        cie.pointer_encoding = r.Fixed<std::uint8_t>();
      else if (*a == 'L')
        r.Skip(1);
      else if (*a == 'P') {
        const auto encoding = r.Fixed<std::uint8_t>();
        r.Pointer(static_cast<std::uint8_t>(encoding & 0x7f), ok);
      } else if (*a == 'S')
        return false;  // a signal frame
    }
  } else {
    cie.program = r.position();
  }
  return ok;
}

constexpr std::uint64_t kRbp = 6;
constexpr std::uint64_t kRsp = 7;

struct Row {
  std::uint64_t cfa_register = kRsp;
  std::int64_t cfa_offset = 8;
  std::int64_t bp_offset = 0;
};

// Runs call frame instructions up to the row of `pc`.
class Program {
 public:
  Program(const Cie& cie, std::uintptr_t begin, std::uintptr_t pc)
      : cie_(cie), location_(begin), pc_(pc) {}

  // False if it meets an instruction that the usual rules do not need.
  bool Run(const std::uint8_t* p, const std::uint8_t* end) {
    Reader r(p);
    while (r.position() < end && location_ <= pc_) {
      if (!Execute(r.Fixed<std::uint8_t>(), r)) return false;
    }
    return true;
  }
  // What DW_CFA_restore restores.
  void EndOfCie() { initial_ = row_; }
  const Row& row() const { return row_; }

 private:
  bool Execute(std::uint8_t op, Reader& r);
  bool ExecuteExtended(std::uint8_t op, Reader& r);

  void Advance(std::uint64_t delta) { location_ += delta * cie_.code_align; }
  void Saved(std::uint64_t column, std::int64_t factored) {
    if (column == kRbp) row_.bp_offset = factored * cie_.data_align;
  }
  void Restore(std::uint64_t column) {
    if (column == kRbp) row_.bp_offset = initial_.bp_offset;
  }

  static constexpr int kMaxRemembered = 8;
  const Cie& cie_;
  std::uintptr_t location_;
  const std::uintptr_t pc_;
  Row row_;
  Row initial_;
  Row remembered_[kMaxRemembered];
  int remembered_count_ = 0;
};

bool Program::Execute(std::uint8_t op, Reader& r) {
  const std::uint8_t low = op & 0x3f;
  switch (op >> 6) {
    case 1:  // DW_CFA_advance_loc
      Advance(low);
      return true;
    case 2:  // DW_CFA_offset
      Saved(low, static_cast<std::int64_t>(r.Uleb()));
      return true;
    case 3:  // DW_CFA_restore
      Restore(low);
      return true;
    default:
      return ExecuteExtended(op, r);
  }
}

bool Program::ExecuteExtended(std::uint8_t op, Reader& r) {
  switch (op) {
    case 0x00:  // DW_CFA_nop
      return true;
    case 0x02:  // DW_CFA_advance_loc1
      Advance(r.Fixed<std::uint8_t>());
      return true;
    case 0x03:  // DW_CFA_advance_loc2
      Advance(r.Fixed<std::uint16_t>());
      return true;
    case 0x04:  // DW_CFA_advance_loc4
      Advance(r.Fixed<std::uint32_t>());
      return true;
    case 0x05: {  // DW_CFA_offset_extended
      const std::uint64_t column = r.Uleb();
      Saved(column, static_cast<std::int64_t>(r.Uleb()));
      return true;
    }
    case 0x06:  // DW_CFA_restore_extended
    case 0x07:  // DW_CFA_undefined
    case 0x08:  // DW_CFA_same_value
      Restore(r.Uleb());
      return true;
    case 0x0a:  // DW_CFA_remember_state
      if (remembered_count_ == kMaxRemembered) return false;
      remembered_[remembered_count_++] = row_;
      return true;
    case 0x0b:  // DW_CFA_restore_state
      if (remembered_count_ == 0) return false;
      row_ = remembered_[--remembered_count_];
      return true;
    case 0x0c:  // DW_CFA_def_cfa
      row_.cfa_register = r.Uleb();
      row_.cfa_offset = static_cast<std::int64_t>(r.Uleb());
      return true;
    case 0x0d:  // DW_CFA_def_cfa_register
      row_.cfa_register = r.Uleb();
      return true;
    case 0x0e:  // DW_CFA_def_cfa_offset
      row_.cfa_offset = static_cast<std::int64_t>(r.Uleb());
      return true;
    case 0x2e:  // DW_CFA_GNU_args_size
      r.Uleb();
      return true;
    default:  // expressions, as in procedure linkage tables
      return false;
  }
}

// The frame description entry that may cover `pc`, by the sorted table of .eh_frame_hdr (LSB
// Core 10.6.2).
const std::uint8_t* FindFde(const std::uint8_t* header, std::uintptr_t pc) {
  constexpr std::uint8_t kCountEncoding = 0x03;  // udata4
  constexpr std::uint8_t kTableEncoding = 0x3b;  // datarel sdata4
  if (header[0] != 1 || header[2] != kCountEncoding || header[3] != kTableEncoding) return nullptr;
  bool ok = true;
  Reader r(header + 4);
  r.Pointer(header[1], ok);
  const auto count = r.Fixed<std::uint32_t>();
  struct Entry {
    std::int32_t begin, fde;
  };
  const auto* entries = reinterpret_cast<const Entry*>(r.position());
  const auto base = reinterpret_cast<std::uintptr_t>(header);
  const auto offset = static_cast<std::int64_t>(pc - base);
  const Entry* after = std::upper_bound(
      entries, entries + count, offset,
      [](std::int64_t wanted, const Entry& entry) { return wanted < entry.begin; });
  return ok && after != entries ? header + after[-1].fde : nullptr;
}

bool ReadRule(std::uintptr_t pc, UnwindRule& rule) {
  dl_find_object object;
  if (_dl_find_object(reinterpret_cast<void*>(pc), &object) != 0) return false;
  const auto* header = static_cast<const std::uint8_t*>(object.dlfo_eh_frame);
  const std::uint8_t* fde = header == nullptr ? nullptr : FindFde(header, pc);
  if (fde == nullptr) return false;
  Reader r(fde);
  const auto length = r.Fixed<std::uint32_t>();
  const std::uint8_t* const end = r.position() + length;
  const std::uint8_t* const cie_pointer = r.position();
  Cie cie;
  if (!ParseCie(cie_pointer - r.Fixed<std::uint32_t>(), cie)) return false;
  bool ok = true;
  const std::uintptr_t begin = r.Pointer(cie.pointer_encoding, ok);
  const std::uintptr_t size = r.Pointer(cie.pointer_encoding & 0x0f, ok);
  if (!ok || pc < begin || pc >= begin + size) return false;
  if (cie.augmented) r.Skip(r.Uleb());
  Program program(cie, begin, pc);
  if (!program.Run(cie.program, cie.end)) return false;
  program.EndOfCie();
  if (!program.Run(r.position(), end)) return false;
  const Row& row = program.row();
  if (row.cfa_register != kRsp && row.cfa_register != kRbp) return false;
  rule = {.cfa_offset = static_cast<std::int32_t>(row.cfa_offset),
          .bp_offset = static_cast<std::int16_t>(row.bp_offset),
          .cfa_from_bp = row.cfa_register == kRbp};
  return true;
}

// Rules by program counter. One writer at a time; a reader that meets it finds the key changed.
struct CacheEntry {
  std::atomic<std::uintptr_t> pc;
  std::atomic<std::uint64_t> rule;
};
static_assert(sizeof(UnwindRule) == sizeof(std::uint64_t));
constexpr int kCacheBits = 10;
constinit CacheEntry cache[1 << kCacheBits] = {};
constinit SpinLock cache_writer;

// What a program counter without a usual rule is remembered by.
constexpr UnwindRule kNoRule = {.cfa_offset = -1, .bp_offset = 0, .cfa_from_bp = false};

}  // namespace

bool FindUnwindRule(std::uintptr_t pc, UnwindRule& rule) {
  CacheEntry& entry = cache[(pc * 0x9e3779b97f4a7c15u) >> (64 - kCacheBits)];
  if (entry.pc.load(std::memory_order_acquire) == pc) {
    rule = std::bit_cast<UnwindRule>(entry.rule.load(std::memory_order_acquire));
    if (entry.pc.load(std::memory_order_relaxed) == pc)
      return rule.cfa_offset != kNoRule.cfa_offset;
  }
  const bool found = ReadRule(pc, rule);
  if (cache_writer.try_lock()) {
    entry.pc.store(0, std::memory_order_release);
    entry.rule.store(std::bit_cast<std::uint64_t>(found ? rule : kNoRule),
                     std::memory_order_release);
    entry.pc.store(pc, std::memory_order_release);
    cache_writer.unlock();
  }
  return found;
}

}  // namespace hbsan
