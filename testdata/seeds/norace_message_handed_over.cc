// The message, put right: a move-only element hands its ownership over with the send.
// hbsan: nothing.
// OUTPUT: 6
#include <cstdio>
#include <memory>
#include <numeric>
#include <vector>

#include "gosync/gosync.h"

using Message = std::unique_ptr<std::vector<int>>;

int main() {
  gosync::WaitGroup wg;
  gosync::Chan<Message> ch(1);
  wg.Go([ch] {
    const Message received = ch.Recv();
    received->push_back(3);
    std::printf("%d\n", std::accumulate(received->begin(), received->end(), 0));
  });
  ch.Send(std::make_unique<std::vector<int>>(std::initializer_list<int>{1, 2}));
  wg.Wait();
}
