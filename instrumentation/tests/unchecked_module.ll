; Where no function asks for checks, all is left to the stock pass, if that runs at all.
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan -S %s | FileCheck %s
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan,function\(tsan\) -S %s | FileCheck %s --check-prefix=STOCK
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

; CHECK: atomicrmw
; CHECK: call void @callee()
; CHECK-NOT: declare void @__tsan
; STOCK: call void @__tsan_func_entry(
; STOCK: call i32 @__tsan_atomic32_fetch_add(
define void @unchecked(ptr %p) {
  %1 = atomicrmw add ptr %p, i32 1 seq_cst
  call void @callee()
  ret void
}
declare void @callee()
