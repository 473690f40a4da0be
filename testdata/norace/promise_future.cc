// set_value and set_exception → get and wait; packaged_task, async, shared_future.
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

int data = 0;

int main() {
  for (int i = 0; i < 20; ++i) {
    std::promise<std::string> promise;
    std::future<std::string> future = promise.get_future();
    std::thread setter([&promise] {
      data = 1;
      promise.set_value("a text that is longer than the small string buffer");
    });
    if (future.get().size() < 20) return 1;
    data = 2;
    setter.join();

    std::promise<int> failing;
    std::shared_future<int> shared = failing.get_future().share();
    std::thread thrower([failing = std::move(failing)]() mutable {
      data = 3;
      failing.set_exception(std::make_exception_ptr(std::runtime_error("failed")));
    });
    std::vector<std::thread> readers;
    for (int r = 0; r < 3; ++r) {
      readers.emplace_back([shared] {
        try {
          shared.get();
        } catch (const std::runtime_error& e) {
          if (std::string(e.what()) != "failed" || data != 3) __builtin_abort();
        }
      });
    }
    thrower.join();
    for (std::thread& reader : readers) reader.join();

    std::packaged_task<int(int)> task([](int n) { return data = n; });
    std::future<int> result = task.get_future();
    std::thread runner(std::move(task), 4);
    if (result.get() != 4 || data != 4) return 2;
    data = 5;
    runner.join();

    std::future<void> async = std::async(std::launch::async, [] { data = 6; });
    while (async.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready) {
    }
    data = 7;
    std::future<int> deferred = std::async(std::launch::deferred, [] { return data; });
    if (deferred.get() != 7) return 3;

    std::promise<void> broken;
    std::future<void> orphan = broken.get_future();
    std::thread breaker([broken = std::move(broken)]() mutable {
      data = 8;
      std::promise<void> gone = std::move(broken);
    });
    try {
      orphan.get();
    } catch (const std::future_error&) {
      data = 9;
    }
    breaker.join();
  }
}
