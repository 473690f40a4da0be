// std::shared_timed_mutex, shared_mutex, timed_mutex and condition_variable_any.
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <thread>

using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

std::shared_timed_mutex shared_timed;
std::shared_mutex shared;
std::timed_mutex timed;
std::recursive_timed_mutex recursive_timed;
std::condition_variable_any any;
int data[5];
bool ready = false;

void Write() {
  for (int i = 0; i < 30; ++i) {
    if (shared_timed.try_lock_for(seconds(60))) {
      ++data[0];
      shared_timed.unlock();
    }
    if (shared_timed.try_lock_until(Clock::now() + seconds(60))) {
      ++data[0];
      shared_timed.unlock();
    }
    {
      std::unique_lock hold(shared);
      ++data[1];
    }
    if (timed.try_lock_for(seconds(60))) {
      ++data[2];
      timed.unlock();
    }
    if (timed.try_lock_until(std::chrono::system_clock::now() + seconds(60))) {
      ++data[2];
      timed.unlock();
    }
    if (recursive_timed.try_lock_for(seconds(60))) {
      ++data[3];
      recursive_timed.unlock();
    }
  }
  std::unique_lock hold(shared);
  ready = true;
  data[4] = 1;
  any.notify_all();
}

int Read() {
  int sum = 0;
  for (int i = 0; i < 30; ++i) {
    if (shared_timed.try_lock_shared_for(seconds(60))) {
      sum += data[0];
      shared_timed.unlock_shared();
    }
    if (shared_timed.try_lock_shared_until(Clock::now() + seconds(60))) {
      sum += data[0];
      shared_timed.unlock_shared();
    }
    std::shared_lock hold(shared);
    sum += data[1];
  }
  std::shared_lock hold(shared);
  any.wait(hold, [] { return ready; });
  return sum + data[4];
}

int main() {
  std::thread writers[] = {std::thread(Write), std::thread(Write)};
  std::thread readers[] = {std::thread(Read), std::thread(Read)};
  for (std::thread& writer : writers) writer.join();
  for (std::thread& reader : readers) reader.join();
  return data[0] == 120 && data[1] == 60 && data[2] == 120 && data[3] == 60 ? 0 : 1;
}
