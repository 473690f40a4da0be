#include "tests/trials/plan.h"

#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>

namespace hbsan::trials {

char* Plan::FreshMemory(std::size_t bytes) {
  void* p = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (p == MAP_FAILED) {
    std::perror("mmap");
    std::exit(2);
  }
  return static_cast<char*>(p);
}

void Plan::Expect(const void* p, std::size_t size, const Stack& first, const Stack& second) {
  expected_.push_back({.begin = reinterpret_cast<std::uintptr_t>(p),
                       .size = size,
                       .first = first,
                       .second = second});
}

}  // namespace hbsan::trials
