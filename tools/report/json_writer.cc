#include "tools/report/json_text.h"
#include "tools/report/reader.h"
#include "tools/report/writers.h"

namespace hbsan::tools {
namespace {

void Write(const std::string& text, JsonText& out);
void Write(const HeldMutex& held, JsonText& out);
void Write(const Access& access, JsonText& out);
void Write(const Location& at, JsonText& out);
void Write(const Mutex& mutex, JsonText& out);
void Write(const Thread& thread, JsonText& out);
void Write(const Race& race, JsonText& out);

void Write(const Frame& frame, JsonText& out) {
  out.Begin('{');
  out.Put("function", frame.function);
  out.Put("file", frame.file);
  out.Put("line", frame.line);
  out.Put("column", frame.column);
  out.Put("expression", frame.expression);
  out.Put("module", frame.module);
  if (!frame.module.empty()) out.PutHex("offset", frame.offset);
  if (frame.inlined) out.Key("inlined").Bool(true);
  out.End('}');
}

template <typename List>
void WriteList(const char* key, const List& list, JsonText& out) {
  out.Key(key).Begin('[');
  for (const auto& element : list) Write(element, out);
  out.End(']');
}

void Write(const std::string& text, JsonText& out) { out.String(text); }

void Write(const HeldMutex& held, JsonText& out) {
  out.Begin('{');
  out.Key("mutex").Number(held.mutex);
  out.Key("mode").String(held.shared ? "read" : "write");
  WriteList("acquired", held.acquired, out);
  out.End('}');
}

void Write(const Access& access, JsonText& out) {
  out.Begin('{');
  out.Key("kind").String(access.kind);
  out.Key("address").String(access.address);
  out.Key("size").Number(access.size);
  out.Key("thread").String(access.thread);
  WriteList("mutexes", access.mutexes, out);
  WriteList("stack", access.stack, out);
  out.End('}');
}

void Write(const Location& at, JsonText& out) {
  out.Begin('{');
  out.Key("kind").String(at.kind);
  out.Put("address", at.address);
  if (at.size != 0) {
    out.Key("size").Number(at.size);
    out.Key("offset").Number(at.offset);
  }
  out.Put("name", at.name);
  out.Put("function", at.function);
  out.Put("file", at.file);
  out.Put("line", at.line);
  if (!at.module.empty()) {
    out.Put("module", at.module);
    out.PutHex("module_offset", at.module_offset);
  }
  if (at.kind == "heap") out.Key("freed").Bool(at.freed);
  out.Put("thread", at.thread);
  if (!at.stack.empty()) WriteList("stack", at.stack, out);
  out.End('}');
}

void Write(const Mutex& mutex, JsonText& out) {
  out.Begin('{');
  out.Key("mutex").Number(mutex.number);
  out.Key("address").String(mutex.address);
  out.Put("name", mutex.name);
  WriteList(mutex.created ? "created" : "locked", mutex.stack, out);
  out.End('}');
}

void Write(const Thread& thread, JsonText& out) {
  out.Begin('{');
  out.Key("thread").String(thread.who);
  out.Put("name", thread.name);
  out.Put("tid", thread.tid);
  out.Key("running").Bool(thread.running);
  out.Put("test", thread.test);
  if (!thread.created_by.empty()) {
    out.Key("created_by").String(thread.created_by);
    WriteList("created", thread.created, out);
  }
  out.End('}');
}

void Put(const char* key, const Synchronisation& sync, JsonText& out) {
  if (sync.object.empty() && sync.at.function.empty()) return;
  out.Key(key).Begin('{');
  out.Put("object", sync.object);
  out.Key("at");
  Write(sync.at, out);
  out.End('}');
}

void Write(const Race& race, JsonText& out) {
  out.Key("version").Number(ReportReader::kVersion);
  out.Key("type").String("report");
  out.Key("fingerprint").String(race.fingerprint);
  if (!race.aliases.empty()) WriteList("aliases", race.aliases, out);
  out.Key("reports").Number(race.reports);
  WriteList("programs", race.programs, out);
  WriteList("tests", race.tests, out);
  out.Key("kind").String(race.kind);
  out.Key("pid").Number(static_cast<uint64_t>(race.pid));
  if (race.accesses.empty()) {
    out.Key("thread").String(race.thread);
    WriteList("stack", race.stack, out);
  } else {
    WriteList("accesses", race.accesses, out);
  }
  if (!race.location.kind.empty()) {
    out.Key("location");
    Write(race.location, out);
  }
  WriteList("mutexes", race.mutexes, out);
  WriteList("threads", race.threads, out);
  out.Put("explanation", race.explanation);
  Put("first_release", race.first_release, out);
  Put("last_known", race.last_known, out);
  out.Put("summary", race.summary);
}

}  // namespace

void WriteJson(const Findings& findings, std::ostream& out) {
  for (const Finding& finding : findings.list) {
    if (finding.state == BaselineState::kVanished) continue;
    JsonText line;
    line.Begin('{');
    Write(*finding.race, line);
    if (findings.has_baseline) {
      line.Key("baseline").String(finding.state == BaselineState::kNew ? "new" : "unchanged");
    }
    line.End('}');
    out << line.text() << "\n";
  }
}

}  // namespace hbsan::tools
