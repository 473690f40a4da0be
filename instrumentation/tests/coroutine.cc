// A coroutine is instrumented as the functions it was split into: each has its own frame.
// RUN: for level in -O0 -O2 "-O2 -flto=thin"; do clang++ -std=c++20 -fsanitize=thread -fpass-plugin=%plugin -fverify-intermediate-code $level -S -emit-llvm %s -o - | FileCheck %s; done
namespace std {
template <typename Result, typename...>
struct coroutine_traits {
  using promise_type = typename Result::promise_type;
};
template <typename Promise = void>
struct coroutine_handle {
  static coroutine_handle from_address(void* address) { return {address}; }
  void* address;
};
}  // namespace std

struct Suspend {
  bool await_ready() noexcept { return false; }
  void await_suspend(std::coroutine_handle<void>) noexcept;
  void await_resume() noexcept {}
};
struct Task {
  struct promise_type {
    Task get_return_object() { return {}; }
    Suspend initial_suspend() noexcept { return {}; }
    Suspend final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
};
template <>
struct std::coroutine_handle<Task::promise_type> {
  static coroutine_handle from_address(void* address) { return {address}; }
  operator std::coroutine_handle<void>() { return {address}; }
  void* address;
};

int shared;
void Use(int);

Task Run() {
  Use(shared);
  co_await Suspend();
  shared = 1;
}
// CHECK: define {{.*}}@_Z3Runv(
// CHECK: load ptr, ptr @__hbsan_hot
// CHECK: define internal {{.*}}@_Z3Runv.resume(
// CHECK: load ptr, ptr @__hbsan_hot
// CHECK-DAG: call {{.*}}void @__hbsan_read4(ptr @shared)
// CHECK-DAG: call {{.*}}void @__hbsan_write4(ptr @shared)
// CHECK: store volatile ptr {{.*}}, ptr @__hbsan_hot
