// Threads that load, use and unload a library: each its own part of the library's data (ordered),
// or all the same (unordered).
#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace {

void Use(const char* path, int index) {
  void* library = dlopen(path, RTLD_NOW);
  if (library == nullptr) {
    std::fprintf(stderr, "%s\n", dlerror());
    std::exit(2);
  }
  const auto get = reinterpret_cast<int (*)(int)>(dlsym(library, "PluginGet"));
  const auto set = reinterpret_cast<void (*)(int, int)>(dlsym(library, "PluginSet"));
  if (get(999) != 1) std::exit(3);
  for (int value = 0; value < 100; ++value) set(index, value);
  dlclose(library);
}

}  // namespace

int main(int, char** argv) {
  const bool ordered = std::string(argv[1]) == "ordered";
  // In the unordered case the library stays loaded, so that it is the same memory.
  if (!ordered && dlopen(argv[2], RTLD_NOW) == nullptr) return 2;
  for (int round = 0; round < 20; ++round) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back(Use, argv[2], ordered ? i : 0);
    for (std::thread& thread : threads) thread.join();
  }
}
