#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "tools/report/reader.h"
#include "tools/report/writers.h"

namespace hbsan::tools {
namespace {

using Json = nlohmann::ordered_json;

void Put(Json& object, const char* name, std::string_view text) {
  if (!text.empty()) object[name] = text;
}

void Put(Json& object, const char* name, uint64_t number) {
  if (number != 0) object[name] = number;
}

Json ToJson(const Frame& frame) {
  Json object = Json::object();
  Put(object, "function", frame.function);
  Put(object, "file", frame.file);
  Put(object, "line", frame.line);
  Put(object, "column", frame.column);
  Put(object, "module", frame.module);
  if (!frame.module.empty()) object["offset"] = absl::StrCat("0x", absl::Hex(frame.offset));
  if (frame.inlined) object["inlined"] = true;
  return object;
}

Json ToJson(const Stack& stack) {
  Json list = Json::array();
  for (const Frame& frame : stack) list.push_back(ToJson(frame));
  return list;
}

Json ToJson(const Access& access) {
  Json object = {{"kind", access.kind},
                 {"address", access.address},
                 {"size", access.size},
                 {"thread", access.thread},
                 {"mutexes", Json::array()}};
  for (const HeldMutex& held : access.mutexes) {
    object["mutexes"].push_back({{"mutex", held.mutex},
                                 {"mode", held.shared ? "read" : "write"},
                                 {"acquired", ToJson(held.acquired)}});
  }
  object["stack"] = ToJson(access.stack);
  return object;
}

Json ToJson(const Location& at) {
  Json object = {{"kind", at.kind}};
  Put(object, "address", at.address);
  if (at.size != 0) {
    object["size"] = at.size;
    object["offset"] = at.offset;
  }
  Put(object, "name", at.name);
  Put(object, "function", at.function);
  Put(object, "file", at.file);
  Put(object, "line", at.line);
  if (!at.module.empty()) {
    object["module"] = at.module;
    object["module_offset"] = absl::StrCat("0x", absl::Hex(at.module_offset));
  }
  if (at.kind == "heap") object["freed"] = at.freed;
  Put(object, "thread", at.thread);
  if (!at.stack.empty()) object["stack"] = ToJson(at.stack);
  return object;
}

Json ToJson(const Mutex& mutex) {
  Json object = {{"mutex", mutex.number}, {"address", mutex.address}};
  Put(object, "name", mutex.name);
  object[mutex.created ? "created" : "locked"] = ToJson(mutex.stack);
  return object;
}

Json ToJson(const Thread& thread) {
  Json object = {{"thread", thread.who}};
  Put(object, "name", thread.name);
  Put(object, "tid", thread.tid);
  object["running"] = thread.running;
  Put(object, "test", thread.test);
  if (!thread.created_by.empty()) {
    object["created_by"] = thread.created_by;
    object["created"] = ToJson(thread.created);
  }
  return object;
}

template <typename T>
Json ToJsonList(const std::vector<T>& list) {
  Json result = Json::array();
  for (const T& element : list) result.push_back(ToJson(element));
  return result;
}

void Put(Json& object, const char* name, const Synchronisation& sync) {
  if (sync.object.empty() && sync.at.function.empty()) return;
  object[name] = Json::object();
  Put(object[name], "object", sync.object);
  object[name]["at"] = ToJson(sync.at);
}

Json ToJson(const Race& race) {
  Json object = {
      {"version", ReportReader::kVersion}, {"type", "report"}, {"fingerprint", race.fingerprint}};
  if (!race.aliases.empty()) object["aliases"] = race.aliases;
  object.update({{"reports", race.reports},
                 {"programs", race.programs},
                 {"tests", race.tests},
                 {"kind", race.kind},
                 {"pid", race.pid}});
  if (race.accesses.empty()) {
    object["thread"] = race.thread;
    object["stack"] = ToJson(race.stack);
  } else {
    object["accesses"] = ToJsonList(race.accesses);
  }
  if (!race.location.kind.empty()) object["location"] = ToJson(race.location);
  object["mutexes"] = ToJsonList(race.mutexes);
  object["threads"] = ToJsonList(race.threads);
  Put(object, "explanation", race.explanation);
  Put(object, "first_release", race.first_release);
  Put(object, "last_known", race.last_known);
  Put(object, "summary", race.summary);
  return object;
}

}  // namespace

void WriteJson(const Findings& findings, std::ostream& out) {
  for (const Finding& finding : findings.list) {
    if (finding.state == BaselineState::kVanished) continue;
    Json object = ToJson(*finding.race);
    if (findings.has_baseline) {
      object["baseline"] = finding.state == BaselineState::kNew ? "new" : "unchanged";
    }
    out << object.dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
  }
}

}  // namespace hbsan::tools
