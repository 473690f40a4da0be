// The functions of clang's sanitizer headers, for programs that call them.
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/tsan_interface.h>

#include <cstring>
#include <thread>

#include "../unseen.h"

int data = 0;
char edge;
unsigned char bytes[16];
Unseen unseen;

bool Unaligned() {
  __sanitizer_unaligned_store16(bytes + 1, 0x1234);
  __sanitizer_unaligned_store32(bytes + 3, 0x56789abc);
  __sanitizer_unaligned_store64(bytes + 7, 0x123456789abcdef0);
  return __sanitizer_unaligned_load16(bytes + 1) == 0x1234 &&
         __sanitizer_unaligned_load32(bytes + 3) == 0x56789abc &&
         __sanitizer_unaligned_load64(bytes + 7) == 0x123456789abcdef0;
}

bool Modules() {
  char path[256];
  void* offset = nullptr;
  const auto pc = reinterpret_cast<void*>(&Modules);
  return __sanitizer_get_module_and_offset_for_pc(pc, path, sizeof path, &offset) == 1 &&
         std::strlen(path) > 0 && offset != nullptr;
}

int main() {
  void* tag = __tsan_external_register_tag("Queue");
  __tsan_external_register_header(tag, "race on a queue");
  std::thread first([] {
    data = 1;
    __tsan_release(&edge);
    unseen.Reach(1);
  });
  std::thread second([tag] {
    unseen.Await(1);
    __tsan_acquire(&edge);
    data = 2;
    int object = 0;
    __tsan_external_assign_tag(&object, tag);
    __tsan_external_write(&object, nullptr, tag);
    __tsan_external_read(&object, nullptr, tag);
  });
  first.join();
  second.join();
  __tsan_check_no_mutexes_held();
  __tsan_flush_memory();
  const bool first_crash = __sanitizer_acquire_crash_state() == 1;
  const bool second_crash = __sanitizer_acquire_crash_state() == 1;
  return Unaligned() && Modules() && first_crash && !second_crash ? 0 : 1;
}
