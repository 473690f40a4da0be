// A channel with room for one is a mutex: send to lock, receive to unlock; by select as well.
#include "gosync/gosync.h"

int data = 0;

int main() {
  gosync::Chan<int> mutex(1);
  gosync::WaitGroup wg;
  for (int i = 0; i < 3; ++i) {
    wg.Go([&] {
      mutex.Send(1);
      ++data;
      mutex.Recv();
      gosync::Select(gosync::OnSend(mutex, 1));
      ++data;
      gosync::Select(gosync::OnRecv(mutex));
    });
  }
  wg.Wait();
}
