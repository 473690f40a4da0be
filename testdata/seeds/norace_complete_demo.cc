// The complete demo: SafeConfig, MessageQueue, Counter and State, one after the other.
// hbsan: nothing.
// OUTPUT: once: 5 times localhost
// OUTPUT: channels: message-0 message-1 message-2 message-3 message-4
// OUTPUT: atomic: 45 (expected: 45)
// OUTPUT: mutex: key-0=0 key-1=10 key-2=20 key-3=30 key-4=40
#include <cstdint>
#include <cstdio>
#include <map>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <utility>

#include "gosync/gosync.h"

class SafeConfig {
 public:
  const std::string& Get(const std::string& key) {
    once_.Do([this] { values_ = {{"host", "localhost"}, {"port", "8080"}}; });
    return values_.at(key);
  }

 private:
  gosync::Once once_;
  std::map<std::string, std::string> values_;
};

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

class Counter {
 public:
  std::int64_t Increment(std::int64_t by) {
    {
      std::lock_guard hold(mu_);
      last_ = by;
    }
    return value_.Add(by);
  }
  std::int64_t Value() const { return value_.Load(); }

 private:
  gosync::Int64 value_;
  gosync::Mutex mu_;
  std::int64_t last_ = 0;  // guarded by mu_
};

class State {
 public:
  void Set(const std::string& key, int value) {
    std::lock_guard hold(mu_);
    data_[key] = value;
    ++version_;
  }
  std::optional<int> Get(const std::string& key) {
    std::shared_lock hold(mu_);
    const auto found = data_.find(key);
    if (found == data_.end()) return std::nullopt;
    return found->second;
  }
  std::map<std::string, int> Snapshot() {
    std::shared_lock hold(mu_);
    return data_;
  }

 private:
  gosync::RWMutex mu_;
  std::map<std::string, int> data_;
  int version_ = 0;
};

void DemoOnce() {
  SafeConfig config;
  gosync::WaitGroup wg;
  gosync::Int32 local;
  for (int i = 0; i < 5; ++i) {
    wg.Go([&] { local.Add(config.Get("host") == "localhost" ? 1 : 0); });
  }
  wg.Wait();
  std::printf("once: %d times localhost\n", local.Load());
}

void DemoChannels() {
  MessageQueue queue(10);
  gosync::WaitGroup received, wg;
  received.Add(5);
  std::string all;
  wg.Go([&] {
    for (int i = 0; i < 5; ++i) queue.Send("message-" + std::to_string(i));
  });
  wg.Go([&] {
    while (const std::optional<std::string> message = queue.Receive()) {
      all += " " + *message;
      received.Done();
    }
  });
  received.Wait();
  queue.Close();
  wg.Wait();
  std::printf("channels:%s\n", all.c_str());
}

void DemoAtomic() {
  Counter counter;
  gosync::WaitGroup wg;
  for (int i = 0; i < 10; ++i) wg.Go([&, i] { counter.Increment(i); });
  wg.Wait();
  std::printf("atomic: %d (expected: 45)\n", static_cast<int>(counter.Value()));
}

void DemoMutex() {
  State state;
  gosync::WaitGroup wg;
  for (int i = 0; i < 5; ++i) wg.Go([&, i] { state.Set("key-" + std::to_string(i), i * 10); });
  wg.Wait();
  std::printf("mutex:");
  for (const auto& [key, value] : state.Snapshot()) std::printf(" %s=%d", key.c_str(), value);
  std::puts("");
}

int main() {
  DemoOnce();
  DemoChannels();
  DemoAtomic();
  DemoMutex();
}
