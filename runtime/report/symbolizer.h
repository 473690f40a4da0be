// Program counters and data addresses in the words of the source: function, file, line, column.
//
// Answers are cached for good. Without a symbolizer process, frames still carry module, offset and
// build id. Calls are serialised by the report lock.
#ifndef HBSAN_RUNTIME_REPORT_SYMBOLIZER_H_
#define HBSAN_RUNTIME_REPORT_SYMBOLIZER_H_

#include <cstdint>
#include <string_view>

#include "runtime/report/options.h"
#include "runtime/report/report_value.h"

namespace hbsan {

struct DataSymbol {
  std::string_view name;
  Addr begin = 0;
  std::uint64_t size = 0;
  std::string_view file;  // of the declaration
  std::uint32_t line = 0;
};

// Remembers what it needs of options and environment; starts nothing.
void InitializeSymbolizer(const Options& options);

// The program that is wanted but was not found; an empty view if all is well.
std::string_view MissingSymbolizer();

// The frames of a return address, inlined ones first: at least one. Lives as long as the process.
ReportStack SymbolizeReturnAddress(std::uintptr_t pc);

// The global variable that holds `address`. False if it lies in none or nobody can tell.
bool SymbolizeData(Addr address, DataSymbol& symbol);

// What llvm-symbolizer says of the local variables of the function that begins at `function`; for
// NextLocal. Holds until the next question.
std::string_view AskForLocals(Addr function);
// A copy of `text` that lives as long as the process.
std::string_view KeepText(std::string_view text);

// Ends the process; a later question starts a new one.
void StopSymbolizer();
void SymbolizerAfterFork();

// Parses llvm-symbolizer's replies, verbose ones. Strings point into `reply`.
struct SourcePosition {
  std::string_view function, file;
  std::uint32_t line = 0, column = 0;
  std::uint32_t expression = 0;  // the discriminator: see instrumentation/pass/expressions.h
};
// Takes the next position off a reply to CODE; false at its end.
bool NextPosition(std::string_view& reply, SourcePosition& position);
bool ParseData(std::string_view reply, DataSymbol& symbol);
struct LocalVariable {
  std::string_view name, file;
  std::uint32_t line = 0;
  bool placed = false;      // offset and size are known
  std::int64_t offset = 0;  // from the frame's base
  std::uint64_t size = 0;
};
// Takes the next variable off a reply to FRAME; false at its end.
bool NextLocal(std::string_view& reply, LocalVariable& local);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_SYMBOLIZER_H_
