// MessageQueue: strings over a buffered channel; the close of another one ends all waiting.
// hbsan: nothing.
// OUTPUT: message-0
// OUTPUT: message-1
// OUTPUT: message-2
// OUTPUT: message-3
// OUTPUT: message-4
#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include "gosync/gosync.h"

class MessageQueue {
 public:
  explicit MessageQueue(std::size_t size) : messages_(size), done_(0) {}
  void Send(std::string message) {
    gosync::Select(gosync::OnSend(messages_, std::move(message)), gosync::OnRecv(done_));
  }
  std::optional<std::string> Receive() {
    std::optional<std::string> message;
    gosync::Select(gosync::OnRecv(messages_, [&](std::string m) { message = std::move(m); }),
                   gosync::OnRecv(done_));
    return message;
  }
  void Close() { done_.Close(); }

 private:
  gosync::Chan<std::string> messages_;
  gosync::Chan<bool> done_;
};

int main() {
  MessageQueue queue(10);
  gosync::WaitGroup received, wg;
  received.Add(5);
  wg.Go([&] {
    for (int i = 0; i < 5; ++i) queue.Send("message-" + std::to_string(i));
  });
  wg.Go([&] {
    while (const std::optional<std::string> message = queue.Receive()) {
      std::puts(message->c_str());
      received.Done();
    }
  });
  received.Wait();
  queue.Close();
  wg.Wait();
}
