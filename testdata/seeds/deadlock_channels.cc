// Two goroutines each wait for the other's message before they send their own, and main waits for
// both.
// hbsan: no race; the program ends with Go's message and what everybody waits for.
// EXPECT: fatal error: all goroutines are asleep - deadlock!
// EXPECT: [chan receive
// EXPECT: [sync.WaitGroup.Wait
#include "gosync/gosync.h"

int main() {
  gosync::Chan<int> ping(0), pong(0);
  gosync::WaitGroup wg;
  wg.Go([ping, pong] {
    ping.Recv();
    pong.Send(1);
  });
  wg.Go([ping, pong] {
    pong.Recv();
    ping.Send(1);
  });
  wg.Wait();
}
