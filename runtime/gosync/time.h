// Timers, as Go's time package has them: a Timer sends the time on a channel once, a Ticker every
// so often, AfterFunc runs a function.
//
// What made or reset a timer is ordered before the receive of what it sent then, and before the
// function that it ran. Reading the time orders nothing else.
#ifndef GOSYNC_TIME_H_
#define GOSYNC_TIME_H_

#include <chrono>
#include <functional>

#include "gosync/chan.h"
#include "gosync/go.h"
#include "gosync/handle.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {

using Duration = std::chrono::nanoseconds;
using Time = std::chrono::steady_clock::time_point;

namespace detail {

struct TimerState;

void AddReference(TimerState* t);
void DropReference(TimerState* t);

// Shared by the copies of a Timer or Ticker, and by its alarm while it is armed.
class TimerHandle {
 public:
  // Either `channel`, with room for one, or `f` is given.
  TimerHandle(Duration delay, Duration period, ChanCore* channel, std::function<void()> f,
              std::uintptr_t pc);
  bool Stop();
  bool Reset(Duration delay, Duration period, std::uintptr_t pc);

 private:
  Handle<TimerState> state_;
};

}  // namespace detail

class Timer {
 public:
  // Sends the time on C after `delay`.
  explicit Timer(Duration delay)
      : channel_(1), C(channel_), handle_(delay, Duration(0), channel_.core(), nullptr, 0) {}
  // False if it has fired or was stopped. Nothing is taken out of C.
  bool Stop() { return handle_.Stop(); }
  // Like a new timer; true if the old one had not fired nor been stopped.
  bool Reset(Duration delay) { return handle_.Reset(delay, Duration(0), GOSYNC_PC()); }

 private:
  friend Timer AfterFunc(Duration delay, std::function<void()> f);
  Timer(Duration delay, std::function<void()> f)
      : handle_(delay, Duration(0), nullptr, std::move(f), 0) {}
  Chan<Time> channel_;

 public:
  RecvChan<Time> C;  // of an AfterFunc's timer: nil

 private:
  detail::TimerHandle handle_;
};

// Sends the time on C every `period`, which is positive; ticks that nobody took are dropped.
class Ticker {
 public:
  explicit Ticker(Duration period)
      : channel_(1), C(channel_), handle_(Checked(period), period, channel_.core(), nullptr, 0) {}
  void Stop() { handle_.Stop(); }
  void Reset(Duration period) { handle_.Reset(Checked(period), period, GOSYNC_PC()); }

 private:
  static Duration Checked(Duration period) {
    if (period.count() <= 0) detail::Throw("non-positive interval for Ticker");
    return period;
  }
  Chan<Time> channel_;

 public:
  RecvChan<Time> C;

 private:
  detail::TimerHandle handle_;
};

// The time, once, after `delay`.
inline RecvChan<Time> After(Duration delay) { return Timer(delay).C; }

// Runs f in a goroutine of its own after `delay`, unless it is stopped before.
inline Timer AfterFunc(Duration delay, std::function<void()> f) {
  return Timer(delay, std::move(f));
}

}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_TIME_H_
