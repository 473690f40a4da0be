// A function of the program that the library keeps until it is to run.
#ifndef GOSYNC_SHARED_FUNCTION_H_
#define GOSYNC_SHARED_FUNCTION_H_

#include <functional>
#include <memory>
#include <utility>

#include "gosync/clock.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

using SharedFunction = std::shared_ptr<const std::function<void()>>;

// Whoever drops the last reference destroys what others called: by itself no access of the program.
inline SharedFunction Share(std::function<void()> f) {
  return {new std::function<void()>(std::move(f)), [](const std::function<void()>* p) {
            const Unseen unseen;
            delete p;
          }};
}

}  // namespace detail
}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_SHARED_FUNCTION_H_
