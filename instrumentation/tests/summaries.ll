; What is known of the functions that are called, one rule a function, and the switches.
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan,verify -hbsan-inline-checks=0 -hbsan-cold-calls=0 -S %s | FileCheck %s --implicit-check-not='"hbsan-'
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan -hbsan-inline-checks=0 -hbsan-cold-calls=0 -hbsan-summaries=0 -S %s | FileCheck %s --check-prefix=OFF
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan -hbsan-inline-checks=0 -hbsan-cold-calls=0 -hbsan-private-arguments=0 -hbsan-private-heap=0 -S %s | FileCheck %s --check-prefix=SHARED
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan -hbsan-stats -disable-output %s 2>&1 | FileCheck %s --check-prefix=STATS
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

; STATS-DAG: 2 hbsan - Arguments that are always private objects

@global = global i32 0
@published = global ptr null

define linkonce_odr void @leaf(ptr %p) sanitize_thread {
  store i32 1, ptr %p
  ret void
}

define weak void @replaceable(ptr %p) sanitize_thread {
  store i32 1, ptr %p
  ret void
}

; It synchronises only if it does not return.
define linkonce_odr void @checked(i1 %bad) sanitize_thread {
  br i1 %bad, label %fail, label %end
fail:
  call void @throw()
  unreachable
end:
  ret void
}

define linkonce_odr void @locking() sanitize_thread {
  call void @unknown()
  ret void
}

; CHECK-LABEL: @across_leaf(
; CHECK: call void @__tsan_read4(ptr @global)
; CHECK: call void @leaf(ptr %p)
; CHECK-NOT: @__tsan
; CHECK: ret void
; OFF-LABEL: @across_leaf(
; OFF: call void @leaf(ptr %p)
; OFF: call void @__tsan_read4(ptr @global)
define void @across_leaf(ptr %p) sanitize_thread {
  %a = load i32, ptr @global
  call void @leaf(ptr %p)
  %b = load i32, ptr @global
  ret void
}

; CHECK-LABEL: @write_after_leaf(
; CHECK-NOT: @__tsan
; CHECK: call void @leaf(ptr %p)
; CHECK-NEXT: call void @__tsan_write4(ptr @global)
define void @write_after_leaf(ptr %p) sanitize_thread {
  %a = load i32, ptr @global
  call void @leaf(ptr %p)
  store i32 %a, ptr @global
  ret void
}

; CHECK-LABEL: @across_replaceable(
; CHECK: call void @replaceable(ptr %p)
; CHECK: call void @__tsan_read4(ptr @global)
define void @across_replaceable(ptr %p) sanitize_thread {
  %a = load i32, ptr @global
  call void @replaceable(ptr %p)
  %b = load i32, ptr @global
  ret void
}

; What is covered stays so, but a write that may never come covers nothing.
; CHECK-LABEL: @across_checked(
; CHECK: call void @__tsan_read4(ptr @global)
; CHECK: call void @checked(i1 %bad)
; CHECK-NEXT: %b = load
; CHECK: call void @__tsan_write4(ptr @global)
; CHECK: ret void
define void @across_checked(i1 %bad) sanitize_thread {
  %a = load i32, ptr @global
  call void @checked(i1 %bad)
  %b = load i32, ptr @global
  store i32 %b, ptr @global
  ret void
}

; Where its exception arrives, it may have synchronised.
; CHECK-LABEL: @catching(
; CHECK: call void @__tsan_read4(ptr @global)
; CHECK: ok:
; CHECK-NOT: @__tsan
; CHECK: caught:
; CHECK: call void @__tsan_read4(ptr @global)
define void @catching(i1 %bad) sanitize_thread personality ptr null {
  %a = load i32, ptr @global
  invoke void @checked(i1 %bad) to label %ok unwind label %caught
ok:
  %b = load i32, ptr @global
  ret void
caught:
  %e = landingpad { ptr, i32 } cleanup
  %c = load i32, ptr @global
  resume { ptr, i32 } %e
}

; CHECK-LABEL: @across_locking(
; CHECK: call void @locking()
; CHECK: call void @__tsan_read4(ptr @global)
define void @across_locking() sanitize_thread {
  %a = load i32, ptr @global
  call void @locking()
  %b = load i32, ptr @global
  ret void
}

; Two that call each other and no one else.
; CHECK-LABEL: @across_recursion(
; CHECK: call void @ping(i32 3)
; CHECK-NOT: @__tsan
; CHECK: ret void
define void @across_recursion() sanitize_thread {
  %a = load i32, ptr @global
  call void @ping(i32 3)
  %b = load i32, ptr @global
  ret void
}
define linkonce_odr void @ping(i32 %n) sanitize_thread {
  %done = icmp eq i32 %n, 0
  br i1 %done, label %end, label %more
more:
  %m = sub i32 %n, 1
  call void @pong(i32 %m)
  br label %end
end:
  ret void
}
define linkonce_odr void @pong(i32 %n) sanitize_thread {
  call void @ping(i32 %n)
  ret void
}

; Its address goes no further than to a function that forgets it.
; CHECK-LABEL: @lent(
; CHECK-NOT: @__tsan
; CHECK: ret i32
; OFF-LABEL: @lent(
; OFF: call void @__tsan_read4(ptr %local)
define i32 @lent() sanitize_thread {
  %local = alloca i32
  call void @leaf(ptr %local)
  %v = load i32, ptr %local
  ret i32 %v
}

; All callers of @fill pass locals, or what was passed to them so.
; CHECK-LABEL: define internal void @fill(
; CHECK-NOT: @__tsan
; CHECK: ret void
; SHARED-LABEL: define internal void @fill(
; SHARED: call void @__tsan_write4(ptr %p)
define internal void @fill(ptr %p) sanitize_thread {
  store i32 1, ptr %p
  ret void
}
define internal void @forward(ptr %p) sanitize_thread {
  call void @fill(ptr %p)
  ret void
}
define void @fills() sanitize_thread {
  %a = alloca i32
  %b = alloca i32
  call void @fill(ptr %a)
  call void @forward(ptr %b)
  ret void
}

; One caller does not.
; CHECK-LABEL: define internal void @fill_any(
; CHECK: call void @__tsan_write4(ptr %p)
define internal void @fill_any(ptr %p) sanitize_thread {
  store i32 1, ptr %p
  ret void
}
define void @fills_any() sanitize_thread {
  %a = alloca i32
  call void @fill_any(ptr %a)
  call void @fill_any(ptr @global)
  ret void
}

; A caller that is not known.
; CHECK-LABEL: define internal void @entry(
; CHECK: call void @__tsan_write4(ptr %p)
define internal void @entry(ptr %p) sanitize_thread {
  store i32 1, ptr %p
  ret void
}
define void @starts() sanitize_thread {
  %a = alloca i32
  call void @entry(ptr %a)
  call void @start_thread(ptr @entry)
  ret void
}

; A local that a caller has shared before.
; CHECK-LABEL: define internal void @fill_shared(
; CHECK: call void @__tsan_write4(ptr %p)
define internal void @fill_shared(ptr %p) sanitize_thread {
  store i32 1, ptr %p
  ret void
}
define void @shares() sanitize_thread {
  %a = alloca i32
  store ptr %a, ptr @published
  call void @fill_shared(ptr %a)
  ret void
}

; CHECK-LABEL: @own_memory(
; CHECK-NOT: @__tsan
; CHECK: ret i32
; SHARED-LABEL: @own_memory(
; SHARED: call void @__tsan_write4(ptr %p)
define i32 @own_memory() sanitize_thread {
  %p = call noalias ptr @_Znwm(i64 4)
  store i32 1, ptr %p
  call void @leaf(ptr %p)
  %v = load i32, ptr %p
  call void @_ZdlPv(ptr %p)
  ret i32 %v
}

; CHECK-LABEL: @published_memory(
; CHECK: call void @__tsan_write4(ptr %p)
define void @published_memory() sanitize_thread {
  %p = call noalias ptr @_Znwm(i64 4)
  store i32 1, ptr %p
  store ptr %p, ptr @published
  ret void
}

; Memory of another allocator, which may have been another thread's before.
; CHECK-LABEL: @pool(
; CHECK: call void @__tsan_write4(ptr %p)
define void @pool() sanitize_thread {
  %p = call noalias ptr @take()
  store i32 1, ptr %p
  ret void
}

declare void @unknown()
declare void @throw() noreturn
declare void @start_thread(ptr)
declare noalias ptr @_Znwm(i64)
declare void @_ZdlPv(ptr)
declare noalias ptr @take()
