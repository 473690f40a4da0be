// A send of a select that had to wait is a send: not ordered with the close of its channel, it
// races. EXPECT: WARNING: hbsan: data race EXPECT: Close of channel EXPECT: Previous send on
// channel EXPECT: by goroutine
#include "../unseen.h"
#include "gosync/gosync.h"

[[maybe_unused]] Unseen unseen;

int main() {
  gosync::Chan<int> c(0), never(0);
  gosync::Go([=] {
    gosync::Select(gosync::OnSend(c, 1), gosync::OnRecv(never));
    unseen.Reach(1);
  });
  gosync::Go([c] {
    while (!c.TryRecv()) gosync::Gosched();  // finds none but senders that wait
  });
  unseen.Await(1);
  c.Close();
}
