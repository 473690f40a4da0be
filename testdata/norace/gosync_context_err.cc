// An Err that says so is ordered after the cancelling.
#include "gosync/gosync.h"

int data = 0;

int main() {
  auto [ctx, cancel] = gosync::WithCancelCause(gosync::Background());
  gosync::Go([cancel = cancel] {
    data = 1;
    cancel(std::make_exception_ptr(1));
  });
  while (ctx.Err() == nullptr) gosync::Gosched();
  data = 2;
}
