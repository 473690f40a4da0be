; Which functions are instrumented, and how far.
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan,tsan-module,function\(tsan\),verify -hbsan-inline-checks=0 -hbsan-cold-calls=0 -S %s | FileCheck %s
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan,hbsan -hbsan-inline-checks=0 -hbsan-cold-calls=0 -S %s | FileCheck %s --check-prefix=TWICE
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

; The stock pass finds nothing left to do.
; CHECK-NOT: __tsan_func_entry
; TWICE-LABEL: @checked(
; TWICE-COUNT-1: call void @__tsan_read4
; TWICE-NOT: call void @__tsan_read4
; CHECK-LABEL: define i32 @checked(
; CHECK-NOT: sanitize_thread
; CHECK: load ptr, ptr @__hbsan_hot
; CHECK: call void @__tsan_read4(ptr %p)
; CHECK-NOT: @__tsan
; CHECK: ret i32
define i32 @checked(ptr %p) sanitize_thread {
  %r = load i32, ptr %p
  call void @callee()
  ret i32 %r
}

; no_sanitize("thread"): accesses are the author's business, synchronisation and stacks are everybody's.
; CHECK-LABEL: @unchecked(
; CHECK: load ptr, ptr @__hbsan_hot
; CHECK-NOT: @__tsan_read4
; CHECK: load i32, ptr %p
; CHECK: call i32 @__tsan_atomic32_fetch_add(
; CHECK: call void @llvm.memcpy
; CHECK: ret i32
; TWICE-LABEL: @unchecked(
define i32 @unchecked(ptr %p) {
  %r = load i32, ptr %p
  %1 = atomicrmw add ptr %p, i32 1 seq_cst
  call void @llvm.memcpy.p0.p0.i64(ptr %p, ptr %p, i64 1000, i1 false)
  call void @callee()
  ret i32 %r
}

; CHECK-LABEL: @disabled(
; CHECK-NEXT: load i32
; CHECK-NEXT: atomicrmw
; CHECK-NEXT: call void @callee()
; CHECK-NEXT: ret
define i32 @disabled(ptr %p) disable_sanitizer_instrumentation sanitize_thread {
  %r = load i32, ptr %p
  %1 = atomicrmw add ptr %p, i32 1 seq_cst
  call void @callee()
  ret i32 %r
}

; CHECK-LABEL: @bare(
; CHECK-NEXT: call void asm
; CHECK-NEXT: unreachable
define void @bare() naked sanitize_thread {
  call void asm sideeffect "ret", ""()
  unreachable
}

; Assembly may do anything, and is not looked into.
; CHECK-LABEL: @assembly(
; CHECK-NEXT: call void asm
; CHECK-NEXT: ret void
define void @assembly(ptr %p) sanitize_thread {
  call void asm sideeffect "", "=*m"(ptr elementtype(i32) %p)
  ret void
}

; CHECK-LABEL: @ignoring(
; CHECK: call void @__tsan_ignore_thread_begin()
; CHECK: {{call|invoke}} void @callee()
; CHECK: call void @__tsan_ignore_thread_end()
define void @ignoring() "sanitize_thread_no_checking_at_run_time" {
  call void @callee()
  ret void
}

; Runs before the program is relocated.
; CHECK-LABEL: @resolver(
; CHECK-NEXT: call void @callee()
; CHECK-NEXT: ret ptr @checked
@resolved = ifunc i32 (ptr), ptr @resolver
define ptr @resolver() sanitize_thread {
  call void @callee()
  ret ptr @checked
}

declare void @callee()
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
