#include "tests/trials/threads.h"

#include <cstdio>
#include <cstdlib>

#include "tests/trials/access.h"

namespace hbsan::trials {

HBSAN_TRIAL_FUNCTION void* Thread::Entry(void* call) {
  const Call& c = *static_cast<const Call*>(call);
  c.body(c.argument);
  return nullptr;
}

const void* ThreadEntryAddress() { return reinterpret_cast<const void*>(&Thread::Entry); }

void Thread::Start(Body body, void* argument, std::size_t stack_bytes) {
  call_ = {body, argument};
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  if (stack_bytes != 0) pthread_attr_setstacksize(&attributes, stack_bytes);
  if (pthread_create(&thread_, &attributes, Entry, &call_) != 0) {
    std::perror("pthread_create");
    std::exit(2);
  }
  pthread_attr_destroy(&attributes);
}

}  // namespace hbsan::trials
