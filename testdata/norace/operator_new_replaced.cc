// A program's own operator new and delete win, and the forms that the standard defines through them
// use them.
#include <cassert>
#include <cstdlib>
#include <new>
#include <thread>

thread_local int made = 0, gone = 0;

void* operator new(std::size_t size) {
  ++made;
  if (void* p = std::malloc(size)) return p;
  throw std::bad_alloc();
}
void operator delete(void* p) noexcept {
  ++gone;
  std::free(p);
}

thread_local void* volatile sink;

void Use() {
  const int before = made, before_gone = gone;
  int* one = new int;
  sink = one;
  delete one;
  int* many = new int[10];
  sink = many;
  delete[] many;
  int* quiet = new (std::nothrow) int;
  sink = quiet;
  delete quiet;
  assert(made == before + 3 && gone == before_gone + 3);
}

int main() {
  std::thread first(Use), second(Use);
  first.join();
  second.join();
}
