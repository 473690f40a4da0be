; Loops that call what has call frames are not unrolled.
; RUN: opt -load-pass-plugin=%plugin -passes='function(loop(hbsan-keep-rolled,loop-unroll-full))' -S %s | FileCheck %s
; RUN: opt -load-pass-plugin=%plugin -passes='function(loop(hbsan-keep-rolled,loop-unroll-full))' -hbsan-keep-rolled=0 -S %s | FileCheck %s --check-prefix=OFF
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

declare void @visit(i64)
declare double @sqrt(double)
declare void @give_up() noreturn

; A recursion with a path for each combination of calls.
; CHECK-LABEL: @recursion(
; CHECK-COUNT-1: call void @recursion(
; CHECK-NOT: call
; CHECK: ret void
; OFF-LABEL: @recursion(
; OFF-COUNT-4: call void @recursion(
define void @recursion(i64 %depth) sanitize_thread {
entry:
  br label %body
body:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  call void @recursion(i64 %i)
  %next = add nuw nsw i64 %i, 1
  %done = icmp eq i64 %next, 4
  br i1 %done, label %exit, label %body
exit:
  ret void
}

; CHECK-LABEL: @unknown(
; CHECK-COUNT-1: call void @visit(
; CHECK-NOT: call
; CHECK: ret void
define void @unknown() sanitize_thread {
entry:
  br label %body
body:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  call void @visit(i64 %i)
  %next = add nuw nsw i64 %i, 1
  %done = icmp eq i64 %next, 4
  br i1 %done, label %exit, label %body
exit:
  ret void
}

; CHECK-LABEL: @through_pointer(
; CHECK-COUNT-1: call void %f(
; CHECK-NOT: call
; CHECK: ret void
define void @through_pointer(ptr %f) sanitize_thread {
entry:
  br label %body
body:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  call void %f(i64 %i)
  %next = add nuw nsw i64 %i, 1
  %done = icmp eq i64 %next, 4
  br i1 %done, label %exit, label %body
exit:
  ret void
}

; Of a library that has no frames: unrolled.
; CHECK-LABEL: @library(
; CHECK-COUNT-4: call double @sqrt(
define double @library(double %x) sanitize_thread {
entry:
  br label %body
body:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  %y = phi double [ %x, %entry ], [ %z, %body ]
  %z = call double @sqrt(double %y)
  %next = add nuw nsw i64 %i, 1
  %done = icmp eq i64 %next, 4
  br i1 %done, label %exit, label %body
exit:
  ret double %z
}

; A call that ends the program is not in the loop.
; CHECK-LABEL: @gives_up(
; CHECK-COUNT-4: load volatile
define void @gives_up(ptr %p) sanitize_thread {
entry:
  br label %body
body:
  %i = phi i64 [ 0, %entry ], [ %next, %latch ]
  %q = getelementptr i64, ptr %p, i64 %i
  %value = load volatile i64, ptr %q
  %bad = icmp eq i64 %value, 0
  br i1 %bad, label %failed, label %latch
failed:
  call void @give_up()
  unreachable
latch:
  %next = add nuw nsw i64 %i, 1
  %done = icmp eq i64 %next, 4
  br i1 %done, label %exit, label %body
exit:
  ret void
}

; The user asks for it.
; CHECK-LABEL: @asked_for(
; CHECK-COUNT-4: call void @visit(
define void @asked_for() sanitize_thread {
entry:
  br label %body
body:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  call void @visit(i64 %i)
  %next = add nuw nsw i64 %i, 1
  %done = icmp eq i64 %next, 4
  br i1 %done, label %exit, label %body, !llvm.loop !0
exit:
  ret void
}
!0 = distinct !{!0, !1}
!1 = !{!"llvm.loop.unroll.full"}

; Not checked.
; CHECK-LABEL: @exempt(
; CHECK-COUNT-4: call void @visit(
define void @exempt() {
entry:
  br label %body
body:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  call void @visit(i64 %i)
  %next = add nuw nsw i64 %i, 1
  %done = icmp eq i64 %next, 4
  br i1 %done, label %exit, label %body
exit:
  ret void
}
