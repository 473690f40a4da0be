#include "runtime/report/symbolizer.h"

#include <algorithm>

#include "runtime/report/environment.h"
#include "runtime/report/input_file.h"
#include "runtime/report/modules.h"
#include "runtime/report/substring.h"
#include "runtime/report/symbolizer_process.h"

namespace hbsan {
namespace {

constexpr std::size_t kMaxInlined = 64;
constexpr int kMaxDeaths = 3;  // after that many it is not tried again

struct CacheEntry {
  std::uintptr_t pc = 0;
  const Module* module = nullptr;
  ReportStack frames;
  CacheEntry* next = nullptr;
};

struct State {
  Scratch keep;  // never reset
  SymbolizerProcess process;
  bool wanted = false;
  bool searched = false;
  std::string_view external;  // what options name
  std::string_view path;      // PATH when the program started
  std::string_view program;   // empty: none
  int deaths_left = kMaxDeaths;
  CacheEntry* cache[4096] = {};
  ReportFrame frames[kMaxInlined];  // of the pc that is asked about
  TextBuffer request, reply;
};
[[clang::no_destroy]] constinit State state;

CacheEntry*& Bucket(std::uintptr_t pc) { return state.cache[(pc * 0x9E3779B97F4A7C15u) >> 52]; }

// Searched for when the first report needs it.
void FindProgram() {
  if (state.searched || !state.wanted) return;
  state.searched = true;
  state.program = FindSymbolizer(state.external, state.path, state.keep);
}

// Asks `command` about an address of a module; the reply is in state.reply.
bool Ask(std::string_view command, const Module& module, Addr address) {
  FindProgram();
  if (state.program.empty() || !module.path.starts_with('/')) return false;
  state.request.clear();
  state.request << command << " \"" << module.path << "\" ";
  state.request.Hex(address - module.bias) << '\n';
  for (;;) {
    if (state.deaths_left == 0) return false;
    if (!state.process.running() && !state.process.Start(state.program)) return false;
    state.reply.clear();
    if (state.process.Ask(state.request.view(), state.reply)) return true;
    --state.deaths_left;
  }
}

// Debug information is full of .../lib/gcc/x/12/../../../../include/...: the short name, if it is
// the same file's.
std::string_view TidyPath(std::string_view path) {
  if (!path.starts_with('/') || path.find("/..") == std::string_view::npos) {
    return state.keep.Copy(path);
  }
  const std::string_view written = state.keep.Copy(path);
  TextBuffer normalized;
  PrintNormalized(path, normalized);
  const std::string_view tidy = state.keep.Copy(normalized.view());
  return SameFile(written.data(), tidy.data()) ? tidy : written;
}

ReportStack MakeFrames(std::uintptr_t pc, const Module* module) {
  ReportFrame bare;
  bare.pc = pc;
  if (module != nullptr) {
    bare.module = module->path;
    bare.offset = pc - 1 - module->bias;
    bare.build_id = module->build_id;
  }
  ReportFrame* frames = state.frames;
  std::size_t count = 0;
  if (module != nullptr && Ask("CODE", *module, pc - 1)) {
    std::string_view reply = state.reply.view();
    for (SourcePosition at; count < kMaxInlined && NextPosition(reply, at); ++count) {
      frames[count] = bare;
      frames[count].function = state.keep.Copy(at.function);
      // Line 0 is code of no line, in whatever file came before.
      if (at.line != 0) frames[count].file = TidyPath(at.file);
      frames[count].line = at.line;
      frames[count].column = at.column;
      frames[count].expression = at.expression;
      frames[count].inlined = true;
    }
  }
  if (count == 0) frames[count++] = bare;
  frames[count - 1].inlined = false;
  const std::span<ReportFrame> kept = state.keep.NewArray<ReportFrame>(count);
  std::copy_n(frames, count, kept.begin());
  return kept;
}

std::string_view NextLine(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = Substring(text, 0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

bool ParseDecimal(std::string_view digits, std::uint64_t& number) {
  number = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return false;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return !digits.empty();
}

// Takes ":<number>" off the end.
bool TakeNumber(std::string_view& text, std::uint32_t& number) {
  const std::size_t colon = text.rfind(':');
  std::uint64_t value = 0;
  if (colon == std::string_view::npos || !ParseDecimal(Substring(text, colon + 1), value))
    return false;
  number = static_cast<std::uint32_t>(value);
  text = Substring(text, 0, colon);
  return true;
}

std::uint32_t NumberOrZero(std::string_view digits) {
  std::uint64_t number = 0;
  return ParseDecimal(digits, number) ? static_cast<std::uint32_t>(number) : 0;
}

std::string_view KnownOrEmpty(std::string_view name) {
  return name == "??" ? std::string_view() : name;
}

}  // namespace

bool NextPosition(std::string_view& reply, SourcePosition& position) {
  const std::string_view function = NextLine(reply);
  if (function.empty()) return false;
  position = {};
  position.function = KnownOrEmpty(function);
  constexpr std::string_view kIndentation = "  ";
  constexpr std::string_view kSeparator = ": ";
  while (reply.starts_with(kIndentation)) {
    const std::string_view field = Substring(NextLine(reply), kIndentation.size());
    const std::size_t end = field.find(kSeparator);
    if (end == std::string_view::npos) continue;
    const std::string_view name = Substring(field, 0, end);
    const std::string_view value = Substring(field, end + kSeparator.size());
    if (name == "Filename") position.file = KnownOrEmpty(value);
    if (name == "Line") position.line = NumberOrZero(value);
    if (name == "Column") position.column = NumberOrZero(value);
    if (name == "Discriminator") position.expression = NumberOrZero(value);
  }
  return true;
}

bool ParseData(std::string_view reply, DataSymbol& symbol) {
  symbol = {};
  symbol.name = KnownOrEmpty(NextLine(reply));
  const std::string_view extent = NextLine(reply);
  const std::size_t space = extent.find(' ');
  std::uint64_t begin = 0;
  if (symbol.name.empty() || space == std::string_view::npos ||
      !ParseDecimal(Substring(extent, 0, space), begin) ||
      !ParseDecimal(Substring(extent, space + 1), symbol.size)) {
    return false;
  }
  symbol.begin = begin;
  std::string_view place = NextLine(reply);
  TakeNumber(place, symbol.line);
  symbol.file = KnownOrEmpty(place);
  return true;
}

bool NextLocal(std::string_view& reply, LocalVariable& local) {
  const std::string_view function = NextLine(reply);
  if (function.empty()) return false;
  local = {};
  local.name = KnownOrEmpty(NextLine(reply));
  std::string_view place = NextLine(reply);
  TakeNumber(place, local.line);
  local.file = KnownOrEmpty(place);
  std::string_view extent = NextLine(reply);  // offset, size and a tag that nobody has here
  const bool negative = extent.starts_with('-');
  if (negative) extent.remove_prefix(1);
  const std::size_t space = std::min(extent.find(' '), extent.size());
  const std::string_view size = Substring(extent, std::min(space + 1, extent.size()));
  std::uint64_t offset = 0;
  local.placed = !local.name.empty() && ParseDecimal(Substring(extent, 0, space), offset) &&
                 ParseDecimal(Substring(size, 0, size.find(' ')), local.size);
  local.offset = negative ? -static_cast<std::int64_t>(offset) : static_cast<std::int64_t>(offset);
  return true;
}

void InitializeSymbolizer(const Options& options) {
  state.wanted = options.symbolize;
  state.external = options.external_symbolizer_path;
  if (state.wanted) state.path = state.keep.Copy(FindEnvironment("PATH"));
}

std::string_view MissingSymbolizer() {
  FindProgram();
  if (!state.wanted || !state.program.empty()) return {};
  return state.external.empty() ? "llvm-symbolizer" : state.external;
}

ReportStack SymbolizeReturnAddress(std::uintptr_t pc) {
  const Module* module = FindModule(pc - 1);
  CacheEntry*& bucket = Bucket(pc);
  for (CacheEntry* entry = bucket; entry != nullptr; entry = entry->next) {
    if (entry->pc == pc && entry->module == module) return entry->frames;
  }
  CacheEntry& entry = state.keep.New<CacheEntry>();
  entry = {.pc = pc, .module = module, .frames = MakeFrames(pc, module), .next = bucket};
  bucket = &entry;
  return entry.frames;
}

bool SymbolizeData(Addr address, DataSymbol& symbol) {
  const Module* module = FindModule(address);
  if (module == nullptr || !Ask("DATA", *module, address) ||
      !ParseData(state.reply.view(), symbol)) {
    return false;
  }
  symbol.name = state.keep.Copy(symbol.name);
  symbol.file = TidyPath(symbol.file);
  symbol.begin += module->bias;
  return address >= symbol.begin &&
         address - symbol.begin < std::max<std::uint64_t>(symbol.size, 1);
}

std::string_view AskForLocals(Addr function) {
  const Module* module = FindModule(function);
  return module != nullptr && Ask("FRAME", *module, function) ? state.reply.view()
                                                              : std::string_view();
}

std::string_view KeepText(std::string_view text) { return state.keep.Copy(text); }

void StopSymbolizer() { state.process.Stop(); }

void SymbolizerAfterFork() {
  state.process.Forget();
  state.deaths_left = kMaxDeaths;
}

}  // namespace hbsan
