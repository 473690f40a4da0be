#include "tools/report/reader.h"

#include <charconv>

namespace hbsan::tools {
namespace {

using Element = simdjson::dom::element;

std::string_view Text(Element object, std::string_view name) {
  std::string_view text;
  return object[name].get(text) == simdjson::SUCCESS ? text : std::string_view();
}

uint64_t Number(Element object, std::string_view name) {
  uint64_t number = 0;
  return object[name].get(number) == simdjson::SUCCESS ? number : 0;
}

bool Bool(Element object, std::string_view name) {
  bool value = false;
  return object[name].get(value) == simdjson::SUCCESS && value;
}

// The number of "0x1f".
uint64_t Hex(Element object, std::string_view name) {
  const std::string_view text = Text(object, name);
  uint64_t number = 0;
  if (text.starts_with("0x"))
    std::from_chars(text.data() + 2, text.data() + text.size(), number, 16);
  return number;
}

// Calls read(element) for each element of the list `name`.
template <typename F>
void ForEach(Element object, std::string_view name, F read) {
  simdjson::dom::array list;
  if (object[name].get(list) != simdjson::SUCCESS) return;
  for (const Element element : list) read(element);
}

Frame ReadFrame(Element from) {
  return {.function = Text(from, "function"),
          .file = Text(from, "file"),
          .line = static_cast<uint32_t>(Number(from, "line")),
          .column = static_cast<uint32_t>(Number(from, "column")),
          .expression = static_cast<uint32_t>(Number(from, "expression")),
          .inlined = Bool(from, "inlined"),
          .module = Text(from, "module"),
          .offset = Hex(from, "offset")};
}

Stack ReadStack(Element object, std::string_view name) {
  Stack stack;
  ForEach(object, name, [&](Element frame) { stack.push_back(ReadFrame(frame)); });
  return stack;
}

Access ReadAccess(Element from) {
  Access access = {.kind = Text(from, "kind"),
                   .address = Text(from, "address"),
                   .size = Number(from, "size"),
                   .thread = Text(from, "thread"),
                   .mutexes = {},
                   .stack = ReadStack(from, "stack")};
  ForEach(from, "mutexes", [&](Element held) {
    access.mutexes.push_back({.mutex = Number(held, "mutex"),
                              .shared = Text(held, "mode") == "read",
                              .acquired = ReadStack(held, "acquired")});
  });
  return access;
}

Location ReadLocation(Element from) {
  return {.kind = Text(from, "kind"),
          .name = Text(from, "name"),
          .function = Text(from, "function"),
          .file = Text(from, "file"),
          .line = static_cast<uint32_t>(Number(from, "line")),
          .module = Text(from, "module"),
          .module_offset = Hex(from, "module_offset"),
          .address = Text(from, "address"),
          .size = Number(from, "size"),
          .offset = Number(from, "offset"),
          .freed = Bool(from, "freed"),
          .thread = Text(from, "thread"),
          .stack = ReadStack(from, "stack")};
}

Mutex ReadMutex(Element from) {
  Mutex mutex = {.number = Number(from, "mutex"),
                 .address = Text(from, "address"),
                 .name = Text(from, "name"),
                 .created = true,
                 .stack = ReadStack(from, "created")};
  if (mutex.stack.empty()) {
    mutex.created = false;
    mutex.stack = ReadStack(from, "locked");
  }
  return mutex;
}

Thread ReadThread(Element from) {
  return {.who = Text(from, "thread"),
          .name = Text(from, "name"),
          .tid = Number(from, "tid"),
          .running = Bool(from, "running"),
          .test = Text(from, "test"),
          .created_by = Text(from, "created_by"),
          .created = ReadStack(from, "created")};
}

Synchronisation ReadSynchronisation(Element report, std::string_view name) {
  Synchronisation result;
  Element from;
  if (report[name].get(from) != simdjson::SUCCESS) return result;
  result.object = Text(from, "object");
  Element at;
  if (from["at"].get(at) == simdjson::SUCCESS) result.at = ReadFrame(at);
  return result;
}

void ReadReport(Element from, Race& race) {
  race.kind = Text(from, "kind");
  race.pid = static_cast<int>(Number(from, "pid"));
  ForEach(from, "accesses", [&](Element a) { race.accesses.push_back(ReadAccess(a)); });
  race.thread = Text(from, "thread");
  race.stack = ReadStack(from, "stack");
  Element location;
  if (from["location"].get(location) == simdjson::SUCCESS) race.location = ReadLocation(location);
  ForEach(from, "mutexes", [&](Element m) { race.mutexes.push_back(ReadMutex(m)); });
  ForEach(from, "threads", [&](Element t) { race.threads.push_back(ReadThread(t)); });
  race.explanation = Text(from, "explanation");
  race.summary = Text(from, "summary");
  race.first_release = ReadSynchronisation(from, "first_release");
  race.last_known = ReadSynchronisation(from, "last_known");
  // Of a report that was merged before.
  race.reports = std::max<uint64_t>(1, Number(from, "reports"));
  const auto insert_into = [](std::set<std::string, std::less<>>& set) {
    return [&set](Element text) {
      std::string_view view;
      if (text.get(view) == simdjson::SUCCESS) set.emplace(view);
    };
  };
  ForEach(from, "aliases", insert_into(race.aliases));
  ForEach(from, "programs", insert_into(race.programs));
  ForEach(from, "tests", insert_into(race.tests));
}

}  // namespace

LineKind ReportReader::Read(std::string_view line, Race& race) {
  race = Race();
  Element object;
  if (parser_.parse(line.data(), line.size()).get(object) != simdjson::SUCCESS ||
      !object.is_object()) {
    return LineKind::kUnreadable;
  }
  int64_t version = 0;
  if (object["version"].get(version) != simdjson::SUCCESS || version > kVersion) {
    return LineKind::kUnreadable;
  }
  const std::string_view type = Text(object, "type");
  if (type.empty()) return LineKind::kUnreadable;
  if (type != "report") return LineKind::kOther;
  ReadReport(object, race);
  return race.kind.empty() ? LineKind::kUnreadable : LineKind::kReport;
}

}  // namespace hbsan::tools
