// Exceptions shared between threads by exception_ptr: what each holder did with the exception → its
// destruction by the last one.
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

struct Failure {
  explicit Failure(int n) : text(n, 'x') {}
  ~Failure() { text[0] = 'y'; }
  std::string text;
};

template <typename Exception, typename Use>
void Share(std::exception_ptr pointer, Use use) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([pointer, use] {
      try {
        std::rethrow_exception(pointer);
      } catch (const Exception& e) {
        use(e);
      }
    });
  }
  pointer = nullptr;
  for (std::thread& thread : threads) thread.detach();
}

std::exception_ptr Capture(int n) {
  try {
    throw Failure(n);
  } catch (...) {
    return std::current_exception();
  }
}

int main() {
  for (int i = 0; i < 100; ++i) {
    Share<Failure>(Capture(40), [](const Failure& e) {
      if (e.text.size() != 40) __builtin_abort();
    });
    Share<Failure>(std::make_exception_ptr(Failure(50)), [](const Failure& e) {
      if (e.text.size() != 50) __builtin_abort();
    });
    Share<std::runtime_error>(
        std::make_exception_ptr(std::runtime_error("a long text of an error")),
        [](const std::runtime_error& e) {
          const std::runtime_error copy = e;
          if (std::string(copy.what()).size() != 23) __builtin_abort();
        });
    Share<int>(std::make_exception_ptr(i), [](int) {});
  }
}
