// Through clang, at every optimization level and with both kinds of link-time optimization: everything is instrumented
// once, by this pass, and nothing by the stock one.
// RUN: for level in -O0 -O1 -O2 -O3 -Os -Oz "-O0 -flto" "-O2 -flto" "-O0 -flto=thin" "-O2 -flto=thin" "-O2 -flto=thin -ffat-lto-objects"; do clang++ -fsanitize=thread -fpass-plugin=%plugin -fverify-intermediate-code $level -S -emit-llvm %s -o - | FileCheck %s; done
// RUN: clang++ -fpass-plugin=%plugin -O2 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=OFF

// OFF-NOT: @__tsan
// OFF-NOT: @__hbsan
// CHECK-NOT: @__tsan_func_entry

int shared;

// CHECK-LABEL: define {{.*}}@_Z5checkv(
// CHECK: load ptr, ptr @__hbsan_hot
// CHECK-COUNT-1: call {{.*}}void @__hbsan_write4(ptr{{.*}} @shared)
// CHECK-NOT: call {{.*}}void @__hbsan_write4(ptr{{.*}} @shared)
// CHECK: ret void
void check() { shared = 1; }

// CHECK-LABEL: define {{.*}}@_Z7excusedv(
// CHECK-NOT: call {{.*}}void @__hbsan_write4
// CHECK: call i32 @__tsan_atomic32_fetch_add(ptr{{.*}} @shared
// CHECK: ret void
__attribute__((no_sanitize("thread"))) void excused() {
  shared = 2;
  __atomic_fetch_add(&shared, 1, __ATOMIC_SEQ_CST);
}
