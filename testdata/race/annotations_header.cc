// An order that <hbsan/annotations.h> tells of at one address orders nothing at another, and locks
// that two threads take for reading do not order their writes.
// EXPECT: WARNING: hbsan: data race
// EXPECT: Location is global '(anonymous namespace)::message'
// EXPECT: Location is global '(anonymous namespace)::guarded'
#include <hbsan/annotations.h>

#include <thread>

#include "../unseen.h"

namespace {

Unseen unseen;
int message, guarded;
char lock, other;

void Publish() {
  message = 1;
  hbsan_happens_before(&message);
  hbsan_mutex_read_locked(&lock);
  guarded = 1;
  hbsan_mutex_read_unlocking(&lock);
  unseen.Reach(1);
}

void Receive() {
  unseen.Await(1);
  hbsan_happens_after(&other);
  message = 2;
  hbsan_mutex_read_locked(&lock);
  guarded = 2;
  hbsan_mutex_read_unlocking(&lock);
}

}  // namespace

int main() {
  hbsan_mutex_create(&lock);
  std::thread first(Publish), second(Receive);
  first.join();
  second.join();
  return message + guarded == 0;  // somebody reads them
}
