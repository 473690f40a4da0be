; The counters of coverage and profiling race by design: nothing checks them.
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan,verify -S %s | FileCheck %s
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

@__llvm_gcov_ctr = internal global [2 x i64] zeroinitializer

; The optimizer merges the increments of two branches.
; CHECK-LABEL: @merged_increments(
; CHECK-NOT: call
; CHECK: ret void
define void @merged_increments(i1 %c) sanitize_thread {
entry:
  br i1 %c, label %then, label %join
then:
  br label %join
join:
  %p = phi ptr [ @__llvm_gcov_ctr, %entry ], [ getelementptr (i8, ptr @__llvm_gcov_ctr, i64 8), %then ]
  %old = load i64, ptr %p, align 8
  %new = add i64 %old, 1
  store i64 %new, ptr %p, align 8
  %q = select i1 %c, ptr @__llvm_gcov_ctr, ptr getelementptr (i8, ptr @__llvm_gcov_ctr, i64 8)
  store i64 1, ptr %q, align 8
  ret void
}
