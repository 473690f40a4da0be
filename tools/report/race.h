// A report as the tools see it: one line of a JSON log (docs/reports.md), merged with those that
// tell of the same race.
//
// Texts are views: into the log's line while it is read (reader.h), into the RaceSet that kept the
// report afterwards.
#ifndef HBSAN_TOOLS_REPORT_RACE_H_
#define HBSAN_TOOLS_REPORT_RACE_H_

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace hbsan::tools {

struct Frame {
  std::string_view function;  // empty: unknown
  std::string_view file;      // empty: unknown
  uint32_t line = 0;          // 0: unknown
  uint32_t column = 0;
  uint32_t expression = 0;  // tells the function's expressions apart; 0: unknown
  bool inlined = false;     // into the frame that follows
  std::string_view module = {};
  uint64_t offset = 0;  // in the module
};
using Stack = std::vector<Frame>;  // innermost first

struct HeldMutex {
  uint64_t mutex = 0;  // Mutex::number
  bool shared = false;
  Stack acquired = {};
};

struct Access {
  std::string_view kind;  // "read", "atomic write", ...
  std::string_view address;
  uint64_t size = 0;
  std::string_view thread;  // Thread::who
  std::vector<HeldMutex> mutexes;
  Stack stack;
};

// What a side did for the other to learn of it, or the other did to learn.
struct Synchronisation {
  std::string_view object;  // empty: a fence
  Frame at;
};

struct Mutex {
  uint64_t number = 0;
  std::string_view address;
  std::string_view name;
  bool created = false;  // `stack` is where it was made; else where it was locked
  Stack stack;
};

struct Thread {
  std::string_view who;  // "main thread", "thread T1", "goroutine 7"
  std::string_view name;
  uint64_t tid = 0;
  bool running = false;
  std::string_view test;        // the test it belongs to
  std::string_view created_by;  // empty: unknown
  Stack created;
};

struct Location {
  std::string_view kind;      // empty: unknown; else "global", "heap", "stack", ...
  std::string_view name;      // of a global or local variable
  std::string_view function;  // of a local variable
  std::string_view file;
  uint32_t line = 0;
  std::string_view module;  // of a global
  uint64_t module_offset = 0;
  std::string_view address;
  uint64_t size = 0;
  uint64_t offset = 0;
  bool freed = false;
  std::string_view thread;
  Stack stack;  // of the allocation
};

struct Race {
  std::string_view kind;
  int pid = 0;
  std::vector<Access> accesses;  // of a race: the one that found it, then the previous one
  std::string_view thread;       // of misuse: who made the call at `stack`
  Stack stack;
  Location location;
  std::vector<Mutex> mutexes;
  std::vector<Thread> threads;
  std::string_view explanation;
  std::string_view summary;
  Synchronisation first_release;  // of the previous side, after its access
  Synchronisation last_known;     // its last release that the current side acquired

  // Of all reports of this race.
  std::string fingerprint;                     // fingerprint.h
  std::set<std::string, std::less<>> aliases;  // other fingerprints of it (updates.h)
  uint64_t reports = 1;
  std::set<std::string, std::less<>> programs;
  std::set<std::string, std::less<>> tests;
};

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_REPORT_RACE_H_
