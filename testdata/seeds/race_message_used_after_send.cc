// A message belongs to its receiver once it is sent; here the sender keeps a pointer and writes on.
// hbsan: a race between that write and the receiver's read.
// EXPECT: Location is heap block
#include <cstdio>
#include <memory>
#include <vector>

#include "gosync/gosync.h"

struct Message {
  std::shared_ptr<std::vector<int>> data;
};

int main() {
  gosync::WaitGroup wg;
  gosync::Chan<Message> ch(1);
  wg.Go([ch] {
    const Message received = ch.Recv();
    std::printf("%d\n", (*received.data)[0]);  // RACE
  });
  Message message{std::make_shared<std::vector<int>>(3, 1)};
  ch.Send(message);
  (*message.data)[0] = 2;  // RACE
  wg.Wait();
}
