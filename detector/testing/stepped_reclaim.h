// Detector::Reclaim in steps, so that a test can do anything while records are marked and moved.
#ifndef HBSAN_DETECTOR_TESTING_STEPPED_RECLAIM_H_
#define HBSAN_DETECTOR_TESTING_STEPPED_RECLAIM_H_

#include <semaphore>
#include <thread>

#include "detector/testing/test_host.h"

namespace hbsan::testing {

// The steps end where Reclaim waits for the watched threads: when marking has begun, when all cells
// have been walked over, and when all is done. One thread calls, and no other Reclaim runs.
class SteppedReclaim {
 public:
  explicit SteppedReclaim(TestEngine& engine);
  ~SteppedReclaim() { Finish(); }
  SteppedReclaim(const SteppedReclaim&) = delete;
  SteppedReclaim& operator=(const SteppedReclaim&) = delete;

  // Takes the next step: of a new Reclaim if none is under way.
  void Step(bool old_too = true);
  // Takes the steps that are left.
  void Finish();
  bool under_way() const { return thread_.joinable(); }

 private:
  void Run();
  void Pause();

  TestEngine& engine_;
  std::thread thread_;
  std::binary_semaphore go_on_{0};
  std::binary_semaphore paused_{0};
  bool old_too_ = true;
  bool done_ = false;
};

}  // namespace hbsan::testing

#endif  // HBSAN_DETECTOR_TESTING_STEPPED_RECLAIM_H_
