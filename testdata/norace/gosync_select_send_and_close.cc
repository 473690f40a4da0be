// Whoever received what a waiting select sent may close the channel: the send came before.
#include "gosync/gosync.h"

int main() {
  gosync::Chan<int> c(0), never(0), closed(0);
  gosync::Go([=] {
    while (!c.TryRecv()) gosync::Gosched();  // finds none but senders that wait
    c.Close();
    closed.Close();
  });
  gosync::Select(gosync::OnSend(c, 1), gosync::OnRecv(never));
  closed.RecvOk();
}
