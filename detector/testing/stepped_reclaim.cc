#include "detector/testing/stepped_reclaim.h"

namespace hbsan::testing {

SteppedReclaim::SteppedReclaim(TestEngine& engine) : engine_(engine) {
  engine.host().set_wait_quiescent([](void* context) {
    if (context != nullptr) static_cast<SteppedReclaim*>(context)->Pause();
  });
}

void SteppedReclaim::Step(bool old_too) {
  if (under_way()) {
    go_on_.release();
  } else {
    done_ = false;
    old_too_ = old_too;
    thread_ = std::thread([this] { Run(); });
  }
  paused_.acquire();
  if (done_) thread_.join();
}

void SteppedReclaim::Finish() {
  while (under_way()) Step();
}

void SteppedReclaim::Run() {
  engine_.detector().Reclaim(this, old_too_);
  done_ = true;
  paused_.release();
}

void SteppedReclaim::Pause() {
  paused_.release();
  go_on_.acquire();
}

}  // namespace hbsan::testing
