// Threads of the trials: pthreads, whose start and join are the only edges they have by themselves.
#ifndef HBSAN_TESTS_TRIALS_THREADS_H_
#define HBSAN_TESTS_TRIALS_THREADS_H_

#include <pthread.h>

#include <cstddef>
#include <memory>
#include <vector>

namespace hbsan::trials {

// Runs body(argument) from Start to Join or Detach, one of which is called.
class Thread {
 public:
  using Body = void (*)(void* argument);
  // `stack_bytes` 0: the default.
  void Start(Body body, void* argument, std::size_t stack_bytes = 0);
  void Join() { pthread_join(thread_, nullptr); }
  void Detach() { pthread_detach(thread_); }

 private:
  struct Call {
    Body body;
    void* argument;
  };
  static void* Entry(void* call);
  friend const void* ThreadEntryAddress();

  pthread_t thread_ = {};
  Call call_ = {};
};

// The first instrumented function of each such thread.
const void* ThreadEntryAddress();

// Many threads with one body, which gets a Member.
template <typename Team>
struct Member {
  Team* team;
  std::size_t number;
};

template <typename Team>
void RunMembers(Team& team, std::size_t count, Thread::Body body) {
  std::vector<Member<Team>> members(count);
  std::vector<Thread> threads(count);
  for (std::size_t i = 0; i < count; ++i) {
    members[i] = {&team, i};
    threads[i].Start(body, &members[i], std::size_t{256} << 10);
  }
  for (Thread& thread : threads) thread.Join();
}

}  // namespace hbsan::trials

#endif  // HBSAN_TESTS_TRIALS_THREADS_H_
