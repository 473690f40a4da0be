// Each hook is called from the line and column of its access, also where accesses are alike.
// RUN: clang++ -fsanitize=thread -fpass-plugin=%plugin -O2 -g -S -emit-llvm %s -o - | FileCheck %s
// RUN: clang++ -fsanitize=thread -fpass-plugin=%plugin -O2 -gline-tables-only -S -emit-llvm %s -o - | FileCheck %s
void Use();

int Read(int* p, bool b) {
  if (b) {
    Use();
    return *p;
  }
  return *p + 1;
}
// CHECK-DAG: call {{.*}}void @__hbsan_read4(ptr %{{.*}}) [[NOMERGE:#[0-9]+]], !dbg [[FIRST:![0-9]+]]
// CHECK-DAG: call {{.*}}void @__hbsan_read4(ptr %{{.*}}) [[NOMERGE]], !dbg [[SECOND:![0-9]+]]

int Update(int* p) {
  int x = p[0] +
          p[1];
  p[2]++;
  __atomic_fetch_add(p, x, 0);
  return x;
}
// CHECK-DAG: call i32 @__tsan_atomic32_fetch_add(ptr %{{.*}}) [[NOMERGE]], !dbg [[ATOMIC:![0-9]+]]
// CHECK-DAG: call {{.*}}void @__hbsan_write4(ptr %{{.*}}) [[NOMERGE]], !dbg [[THIRD:![0-9]+]]

// CHECK-DAG: attributes [[NOMERGE]] = { nomerge nounwind }
// CHECK-DAG: [[FIRST]] = !DILocation(line: 9, column: 12,
// CHECK-DAG: [[SECOND]] = !DILocation(line: 11, column: 10,
// CHECK-DAG: [[THIRD]] = !DILocation(line: 19, column: 7,
// CHECK-DAG: [[ATOMIC]] = !DILocation(line: 20, column: 3,
