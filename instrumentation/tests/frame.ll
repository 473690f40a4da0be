; The shadow call stack, kept inline.
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan,verify -S %s | FileCheck %s
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

; CHECK: @__hbsan_hot = external thread_local(initialexec) global ptr

; CHECK-LABEL: @push_and_pop(
; CHECK-NEXT: [[KNOWN:%.*]] = load ptr, ptr @__hbsan_hot, align 8
; CHECK-NEXT: [[IS_NEW:%.*]] = icmp eq ptr [[KNOWN]], null
; CHECK-NEXT: br i1 [[IS_NEW]], label %[[ATTACH:.*]], label %[[BODY:.*]], !prof
; CHECK: [[ATTACH]]:
; CHECK-NEXT: [[NEW:%.*]] = call ptr @__hbsan_attach()
; CHECK-NEXT: br label %[[BODY]]
; CHECK: [[BODY]]:
; CHECK-NEXT: [[TOP:%.*]] = phi ptr [ [[KNOWN]], %0 ], [ [[NEW]], %[[ATTACH]] ]
; CHECK-NEXT: [[NEXT:%.*]] = getelementptr i8, ptr [[TOP]], i64 16
; CHECK-NEXT: store volatile ptr [[NEXT]], ptr @__hbsan_hot
; CHECK-NEXT: [[CALLER:%.*]] = call ptr @llvm.returnaddress(i32 0)
; CHECK-NEXT: store volatile ptr [[CALLER]], ptr [[TOP]]
; CHECK-NEXT: [[NODE:%.*]] = getelementptr i8, ptr [[TOP]], i64 8
; CHECK-NEXT: store volatile i32 0, ptr [[NODE]]
; CHECK-NEXT: call void @callee()
; CHECK-NEXT: store volatile ptr [[TOP]], ptr @__hbsan_hot
; CHECK-NEXT: ret void
define void @push_and_pop() sanitize_thread {
  call void @callee()
  ret void
}

; Static allocas stay in the entry block.
; CHECK-LABEL: @allocas(
; CHECK-NEXT: %a = alloca i32
; CHECK-NEXT: %b = alloca i64
; CHECK-NEXT: load ptr, ptr @__hbsan_hot
define void @allocas(i32 %n) sanitize_thread {
  %a = alloca i32
  %n1 = add i32 %n, 1
  %b = alloca i64
  call void @takes(ptr %a, ptr %b, i32 %n1)
  ret void
}

; CHECK-LABEL: @every_return(
; CHECK: [[NEXT:%.*]] = getelementptr i8, ptr [[TOP:%.*]], i64 16
; CHECK: store volatile ptr [[TOP]], ptr @__hbsan_hot
; CHECK-NEXT: ret i32 1
; CHECK: store volatile ptr [[TOP]], ptr @__hbsan_hot
; CHECK-NEXT: ret i32 2
define i32 @every_return(i1 %c) sanitize_thread {
  call void @callee()
  br i1 %c, label %one, label %two
one:
  ret i32 1
two:
  ret i32 2
}

; Nothing to report from here.
; CHECK-LABEL: @quiet_leaf(
; CHECK-NEXT: add
; CHECK-NEXT: ret
define i32 @quiet_leaf(i32 %x) sanitize_thread {
  %r = add i32 %x, 1
  ret i32 %r
}

; CHECK-LABEL: @leaf_with_access(
; CHECK: load ptr, ptr @__hbsan_hot
define i32 @leaf_with_access(ptr %p) sanitize_thread {
  %r = load i32, ptr %p
  ret i32 %r
}

; CHECK-LABEL: @exception(
; CHECK: [[NEXT:%.*]] = getelementptr i8, ptr [[TOP:%.*]], i64 16
; CHECK: landingpad { ptr, i32 }
; CHECK-NEXT: cleanup
; CHECK-NEXT: store volatile ptr [[NEXT]], ptr @__hbsan_hot
; CHECK: call void @callee()
; CHECK-NEXT: store volatile ptr [[TOP]], ptr @__hbsan_hot
; CHECK-NEXT: resume { ptr, i32 }
define void @exception() sanitize_thread personality ptr @__gxx_personality_v0 {
  invoke void @callee() to label %normal unwind label %pad
normal:
  ret void
pad:
  %e = landingpad { ptr, i32 } cleanup
  call void @callee()
  resume { ptr, i32 } %e
}

; No pad of our own is added: whoever catches sets the stack right.
; CHECK-LABEL: @exception_passes(
; CHECK-NOT: landingpad
; CHECK: ret void
define void @exception_passes() sanitize_thread {
  call void @callee()
  ret void
}

; CHECK-LABEL: @returns_twice(
; CHECK: [[NEXT:%.*]] = getelementptr i8, ptr [[TOP:%.*]], i64 16
; CHECK: call i32 @setjmp(ptr %env)
; CHECK-NEXT: store volatile ptr [[NEXT]], ptr @__hbsan_hot
; CHECK-NEXT: store volatile ptr [[TOP]], ptr @__hbsan_hot
; CHECK-NEXT: ret i32
define i32 @returns_twice(ptr %env) sanitize_thread {
  %r = call i32 @setjmp(ptr %env) returns_twice
  ret i32 %r
}

; CHECK-LABEL: @must_tail(
; CHECK: [[NEXT:%.*]] = getelementptr i8, ptr [[TOP:%.*]], i64 16
; CHECK: store volatile ptr [[TOP]], ptr @__hbsan_hot
; CHECK-NEXT: musttail call void @must_tail(i32 %n)
; CHECK-NEXT: ret void
define void @must_tail(i32 %n) sanitize_thread {
  musttail call void @must_tail(i32 %n)
  ret void
}

; CHECK-LABEL: @no_return(
; CHECK: call void @abort()
; CHECK-NEXT: unreachable
define void @no_return() sanitize_thread {
  call void @abort() noreturn
  unreachable
}

; The frame would record the return address of whatever it was inlined into.
; CHECK: define void @must_not_be_inlined() [[ATTRIBUTES:#[0-9]+]]
; CHECK: attributes [[ATTRIBUTES]] = { noinline }
define void @must_not_be_inlined() alwaysinline memory(none) nosync sanitize_thread {
  call void @callee()
  ret void
}

declare void @callee()
declare void @takes(ptr, ptr, i32)
declare i32 @setjmp(ptr) returns_twice
declare void @abort() noreturn
declare i32 @__gxx_personality_v0(...)
