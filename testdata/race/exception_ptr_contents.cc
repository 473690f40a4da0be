// An exception that two threads hold is an object like others.
// EXPECT: WARNING: hbsan: data race
#include <exception>
#include <thread>

#include "../unseen.h"

struct Failure {
  int code = 0;
};
Unseen unseen;

int main() {
  std::exception_ptr pointer = std::make_exception_ptr(Failure());
  std::thread thread([pointer] {
    try {
      std::rethrow_exception(pointer);
    } catch (Failure& failure) {
      failure.code = 1;
    }
    unseen.Reach(1);
  });
  unseen.Await(1);
  try {
    std::rethrow_exception(pointer);
  } catch (Failure& failure) {
    failure.code = 2;
  }
  thread.join();
}
