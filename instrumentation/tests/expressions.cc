// The hooks' debug locations tell which expression of its function each access is, the same at all levels: the
// discriminator. An access that stands for several has the location of the first.
// RUN: for level in -O0 -O1 -O2 -O3; do clang++ -fsanitize=thread -fpass-plugin=%plugin $level -g -S -emit-llvm %s -o - | FileCheck %s; done
// RUN: clang++ -fsanitize=thread -fpass-plugin=%plugin -O2 -g -S -emit-llvm %s -o - | FileCheck %s --check-prefix=JOINED
// RUN: clang++ -fsanitize=thread -fpass-plugin=%plugin -O2 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=BARE
struct Node {
  int value, weight;
  long count;
  Node* next;
};
Node* list;
int shared, choice;

// Of two writes the optimizer leaves the second.
// CHECK-LABEL: define {{.*}}@_Z5Twicev
// CHECK: call {{.*}}@__hbsan_write4({{.*}}, !dbg [[TWICE:![0-9]+]]
void Twice() {
  shared = 1;
  shared = 2;
}

// It makes one write of two.
// CHECK-LABEL: define {{.*}}@_Z6Eitherv
// CHECK: call {{.*}}@__hbsan_write4({{.*}}, !dbg [[EITHER:![0-9]+]]
// JOINED-LABEL: define {{.*}}@_Z6Eitherv
// JOINED-COUNT-1: call {{.*}}@__hbsan_write4(
// JOINED-NOT: @__hbsan_write4
// JOINED-LABEL: define {{.*}}@_Z4BothP4Node
void Either() {
  if (choice) {
    shared = 1;
  } else {
    shared = 2;
  }
}

// CHECK-LABEL: define {{.*}}@_Z4BothP4Node
// CHECK: call {{.*}}@__hbsan_write4({{.*}}, !dbg [[VALUE:![0-9]+]]
// CHECK: call {{.*}}@__hbsan_write8({{.*}}, !dbg [[COUNT:![0-9]+]]
void Both(Node* node) { ++node->value, ++node->count; }

// CHECK-LABEL: define {{.*}}@_Z4Deepl
// CHECK: call {{.*}}@__hbsan_write4({{.*}}, !dbg [[DEEP:![0-9]+]]
void Deep(long by) { list->next[by].weight = 1; }

// CHECK-DAG: [[TWICE]] = !DILocation(line: {{18|19}}, column: 10, scope: [[TWICE_SCOPE:![0-9]+]])
// CHECK-DAG: [[TWICE_SCOPE]] = !DILexicalBlockFile({{.*}}, discriminator: 1193018)
// CHECK-DAG: [[EITHER]] = !DILocation(line: 31, column: 12, scope: [[EITHER_SCOPE:![0-9]+]])
// CHECK-DAG: [[EITHER_SCOPE]] = !DILexicalBlockFile({{.*}}, discriminator: 1193018)
// CHECK-DAG: [[VALUE]] = !DILocation(line: 40, column: 25, scope: [[VALUE_SCOPE:![0-9]+]])
// CHECK-DAG: [[VALUE_SCOPE]] = !DILexicalBlockFile({{.*}}, discriminator: 277800)
// CHECK-DAG: [[COUNT]] = !DILocation(line: 40, column: 40, scope: [[COUNT_SCOPE:![0-9]+]])
// CHECK-DAG: [[COUNT_SCOPE]] = !DILexicalBlockFile({{.*}}, discriminator: 375867)
// CHECK-DAG: [[DEEP]] = !DILocation(line: 44, column: 44, scope: [[DEEP_SCOPE:![0-9]+]])
// CHECK-DAG: [[DEEP_SCOPE]] = !DILexicalBlockFile({{.*}}, discriminator: 1225274)

// JOINED-NOT: hbsan.expressions

// Nothing to say where there is no debug information.
// BARE: @__hbsan_write4
// BARE-NOT: DILexicalBlockFile
