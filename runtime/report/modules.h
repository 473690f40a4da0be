// The executable and shared libraries of the process: which one an address lies in.
//
// Asks the loader by _dl_find_object, which takes no lock: a report may be made anywhere, inside a
// dl_iterate_phdr callback or a library's constructor too. A library that was unloaded stays
// findable where nothing else was loaded since, if it was found before, so that old stacks keep
// their names.
#ifndef HBSAN_RUNTIME_REPORT_MODULES_H_
#define HBSAN_RUNTIME_REPORT_MODULES_H_

#include <cstdint>
#include <string_view>

#include "detector/types.h"

namespace hbsan {

struct Module {
  std::string_view path;      // absolute, if the loader knows a path
  std::string_view build_id;  // hexadecimal, or empty
  Addr bias = 0;              // address minus the file's virtual address
  Addr begin = 0, end = 0;
  Module* next = nullptr;
};

// Once, before any other function here.
void InitializeModules();
// Null if the address lies in none (code made at run time, ...). Lives as long as the process.
// Called with the runtime entered.
const Module* FindModule(Addr address);
std::string_view BaseName(std::string_view path);
// In the child of fork: nobody else holds the list's lock.
void ModulesAfterFork();

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_MODULES_H_
