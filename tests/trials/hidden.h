// Order that the detector cannot see: barriers and waits without an edge.
//
// hidden.cc is compiled without instrumentation and calls nothing that the runtime intercepts; it
// enters the kernel by itself.
#ifndef HBSAN_TESTS_TRIALS_HIDDEN_H_
#define HBSAN_TESTS_TRIALS_HIDDEN_H_

#include <cstdint>

namespace hbsan::trials {

// Reusable. Each call returns when all parties called it.
class HiddenBarrier {
 public:
  explicit HiddenBarrier(std::uint32_t parties) : parties_(parties) {}
  // Sleeps while it waits: for many threads.
  void Wait();
  // Spins while it waits, so that all leave within nanoseconds of each other.
  void Meet();

 private:
  bool Arrive(std::uint32_t& phase);

  const std::uint32_t parties_;
  std::uint32_t arrived_ = 0;
  std::uint32_t phase_ = 0;
};

// A counter that threads wait for.
class HiddenCounter {
 public:
  void Advance();
  void WaitFor(std::uint32_t value);
  void Reset();

 private:
  std::uint32_t value_ = 0;
};

void Delay(unsigned pauses);

// A thread's end, which is not its join.
class HiddenEnd {
 public:
  // Called by the thread itself.
  void Announce();
  // Returns when the thread announced itself and the kernel knows it no more.
  void Wait();

 private:
  std::uint32_t thread_id_ = 0;
};

}  // namespace hbsan::trials

#endif  // HBSAN_TESTS_TRIALS_HIDDEN_H_
