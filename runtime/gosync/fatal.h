// How a program ends that cannot go on: with a message, and stacks, as in Go.
#ifndef GOSYNC_FATAL_H_
#define GOSYNC_FATAL_H_

#include <stdexcept>
#include <string_view>

#include "gosync/config.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {

// What Go panics on: send on a closed channel, a negative WaitGroup counter, ... One that leaves a
// goroutine ends the program.
class Panic : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

namespace detail {

// Throws Panic.
[[noreturn]] void Throw(const char* what);
// "fatal error: " + what, the running goroutine's stack, exit status 2.
[[noreturn]] void Fatal(const char* what);

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_FATAL_H_
