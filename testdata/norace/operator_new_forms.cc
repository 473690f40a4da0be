// All forms of operator new and delete; the throwing ones throw, after asking the new handler.
#include <cassert>
#include <cstdint>
#include <cstdlib>
#include <new>

constexpr std::align_val_t kAlign{64};
volatile std::size_t huge = PTRDIFF_MAX;
int handled = 0;

void* volatile last;
template <typename Allocate>
void* Aligned(Allocate allocate) {
  last = allocate();
  assert(reinterpret_cast<std::uintptr_t>(last) % 64 == 0);
  return last;
}

template <typename Allocate>
bool Throws(Allocate allocate) {
  try {
    last = allocate();
  } catch (const std::bad_alloc&) {
    return true;
  }
  return false;
}

int main() {
  ::operator delete(::operator new(10));
  ::operator delete(::operator new(10), 10);
  ::operator delete[](::operator new[](10));
  ::operator delete[](::operator new[](10), 10);
  ::operator delete(::operator new(10, std::nothrow), std::nothrow);
  ::operator delete[](::operator new[](10, std::nothrow), std::nothrow);
  ::operator delete(Aligned([] { return ::operator new(10, kAlign); }), kAlign);
  ::operator delete(Aligned([] { return ::operator new(10, kAlign); }), 10, kAlign);
  ::operator delete[](Aligned([] { return ::operator new[](10, kAlign); }), kAlign);
  ::operator delete[](Aligned([] { return ::operator new[](10, kAlign); }), 10, kAlign);
  ::operator delete(Aligned([] { return ::operator new(10, kAlign, std::nothrow); }), kAlign,
                    std::nothrow);
  ::operator delete[](Aligned([] { return ::operator new[](10, kAlign, std::nothrow); }), kAlign,
                      std::nothrow);

  assert(Throws([] { return ::operator new(huge); }));
  assert(Throws([] { return ::operator new[](huge); }));
  assert(Throws([] { return ::operator new(huge, kAlign); }));
  assert(Throws([] { return ::operator new[](huge, kAlign); }));
  assert(::operator new(huge, std::nothrow) == nullptr);
  assert(::operator new[](huge, std::nothrow) == nullptr);
  assert(::operator new(huge, kAlign, std::nothrow) == nullptr);
  std::set_new_handler([] {
    if (++handled == 3) std::set_new_handler(nullptr);
  });
  assert(Throws([] { return ::operator new(huge); }) && handled == 3);
}
