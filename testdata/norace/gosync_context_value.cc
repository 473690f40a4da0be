// A value of a context is read by many at once.
#include <string>

#include "gosync/gosync.h"

const gosync::ContextKey<std::string> key;

int main() {
  auto [ctx, cancel] =
      gosync::WithCancel(gosync::WithValue(gosync::Background(), key, std::string(100, 'x')));
  gosync::WaitGroup wg;
  for (int i = 0; i < 4; ++i) {
    wg.Go([ctx = ctx] {
      if (ctx.Value(key)->size() != 100) __builtin_trap();
    });
  }
  wg.Wait();
  cancel();
}
