// The executable and shared libraries of the process: which one an address lies in.
//
// Refresh asks the dynamic loader and so takes its lock, which a thread in a dl_iterate_phdr
// callback of the program also holds: call it before taking the report lock, never under it.
// Libraries that were unloaded stay findable where nothing else was loaded since, so that old
// stacks keep their names.
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
  std::uint64_t seen = 0;  // the last Refresh that found it loaded
  Module* next = nullptr;
};

// Once, before any other function here.
void InitializeModules();
void RefreshModules();
// Null if the address lies in none (code made at run time, the vdso without a name, ...). Lives as
// long as the process.
const Module* FindModule(Addr address);
std::string_view BaseName(std::string_view path);
// In the child of fork: nobody else holds the list's lock.
void ModulesAfterFork();

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_MODULES_H_
