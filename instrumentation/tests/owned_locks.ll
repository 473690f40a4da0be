; Locks of gosync that their function gives back before anything else can happen.
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan -S %s | FileCheck %s
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan -hbsan-owned-locks=0 -S %s | FileCheck %s --check-prefix=OFF
; OFF-NOT: call void @__hbsan_go_owns
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

declare void @_ZN6gosync4race5Mutex4LockEv(ptr)
declare void @_ZN6gosync4race5Mutex6UnlockEv(ptr)
declare void @_ZN6gosync4race7RWMutex4LockEv(ptr)
declare void @_ZN6gosync4race7RWMutex6UnlockEv(ptr)
declare void @_ZN6gosync4race7RWMutex5RLockEv(ptr)
declare void @_ZN6gosync4race7RWMutex7RUnlockEv(ptr)
declare void @visit()
declare i32 @__gxx_personality_v0(...)

; CHECK-LABEL: @straight(
; CHECK: call void @_ZN6gosync4race5Mutex4LockEv(ptr %mu)
; CHECK-NEXT: call void @__hbsan_go_owns(ptr %mu, i32 zeroext 0)
define void @straight(ptr %mu, ptr %p) sanitize_thread {
  call void @_ZN6gosync4race5Mutex4LockEv(ptr %mu)
  store i32 1, ptr %p
  call void @_ZN6gosync4race5Mutex6UnlockEv(ptr %mu)
  ret void
}

; CHECK-LABEL: @for_writing(
; CHECK: call void @_ZN6gosync4race7RWMutex4LockEv(ptr %mu)
; CHECK-NEXT: call void @__hbsan_go_owns(ptr %mu, i32 zeroext 0)
define void @for_writing(ptr %mu, ptr %p) sanitize_thread {
  call void @_ZN6gosync4race7RWMutex4LockEv(ptr %mu)
  store i32 1, ptr %p
  call void @_ZN6gosync4race7RWMutex6UnlockEv(ptr %mu)
  ret void
}

; CHECK-LABEL: @for_reading(
; CHECK: call void @_ZN6gosync4race7RWMutex5RLockEv(ptr %mu)
; CHECK-NEXT: call void @__hbsan_go_owns(ptr %mu, i32 zeroext 1)
define i32 @for_reading(ptr %mu, ptr %p) sanitize_thread {
  call void @_ZN6gosync4race7RWMutex5RLockEv(ptr %mu)
  %value = load i32, ptr %p
  call void @_ZN6gosync4race7RWMutex7RUnlockEv(ptr %mu)
  ret i32 %value
}

; CHECK-LABEL: @other_unlock(
; CHECK-NOT: call void @__hbsan_go_owns
; CHECK: ret void
define void @other_unlock(ptr %mu) sanitize_thread {
  call void @_ZN6gosync4race7RWMutex4LockEv(ptr %mu)
  call void @_ZN6gosync4race7RWMutex7RUnlockEv(ptr %mu)
  ret void
}

; CHECK-LABEL: @other_mutex(
; CHECK-NOT: call void @__hbsan_go_owns
; CHECK: ret void
define void @other_mutex(ptr %mu, ptr %other) sanitize_thread {
  call void @_ZN6gosync4race5Mutex4LockEv(ptr %mu)
  call void @_ZN6gosync4race5Mutex6UnlockEv(ptr %other)
  ret void
}

; CHECK-LABEL: @neighbour(
; CHECK-NOT: call void @__hbsan_go_owns
; CHECK: ret void
define void @neighbour(ptr %mu) sanitize_thread {
  call void @_ZN6gosync4race5Mutex4LockEv(ptr %mu)
  %next = getelementptr i8, ptr %mu, i64 48
  call void @_ZN6gosync4race5Mutex6UnlockEv(ptr %next)
  ret void
}

; What it calls may hand the lock to somebody else.
; CHECK-LABEL: @calls(
; CHECK-NOT: call void @__hbsan_go_owns
; CHECK: ret void
define void @calls(ptr %mu) sanitize_thread {
  call void @_ZN6gosync4race5Mutex4LockEv(ptr %mu)
  call void @visit()
  call void @_ZN6gosync4race5Mutex6UnlockEv(ptr %mu)
  ret void
}

; CHECK-LABEL: @kept_on_one_way(
; CHECK-NOT: call void @__hbsan_go_owns
; CHECK: ret void
define void @kept_on_one_way(ptr %mu, i1 %keep) mustprogress sanitize_thread {
entry:
  call void @_ZN6gosync4race5Mutex4LockEv(ptr %mu)
  br i1 %keep, label %exit, label %unlock
unlock:
  call void @_ZN6gosync4race5Mutex6UnlockEv(ptr %mu)
  br label %exit
exit:
  ret void
}

; The lock is taken again before it is given back.
; CHECK-LABEL: @kept_in_a_round(
; CHECK-NOT: call void @__hbsan_go_owns
; CHECK: ret void
define void @kept_in_a_round(ptr %mu, i1 %keep) mustprogress sanitize_thread {
entry:
  br label %round
round:
  call void @_ZN6gosync4race5Mutex4LockEv(ptr %mu)
  br i1 %keep, label %round, label %unlock
unlock:
  call void @_ZN6gosync4race5Mutex6UnlockEv(ptr %mu)
  ret void
}

; CHECK-LABEL: @ways(
; CHECK: call void @_ZN6gosync4race5Mutex4LockEv(ptr %mu)
; CHECK-NEXT: call void @__hbsan_go_owns(ptr %mu, i32 zeroext 0)
define void @ways(ptr %p, i1 %some) mustprogress sanitize_thread {
entry:
  %mu = getelementptr i8, ptr %p, i64 8
  call void @_ZN6gosync4race5Mutex4LockEv(ptr %mu)
  br i1 %some, label %low, label %high
low:
  store i32 1, ptr %p
  call void @_ZN6gosync4race5Mutex6UnlockEv(ptr %mu)
  br label %exit
high:
  %again = getelementptr i8, ptr %p, i64 8
  call void @_ZN6gosync4race5Mutex6UnlockEv(ptr %again)
  br label %exit
exit:
  ret void
}

; A loop that may go on for ever keeps the lock.
; CHECK-LABEL: @endless(
; CHECK-NOT: call void @__hbsan_go_owns
; CHECK: ret void
define void @endless(ptr %mu, ptr %p) sanitize_thread {
entry:
  call void @_ZN6gosync4race5Mutex4LockEv(ptr %mu)
  br label %round
round:
  %value = load i32, ptr %p
  %again = icmp eq i32 %value, 0
  br i1 %again, label %round, label %unlock
unlock:
  call void @_ZN6gosync4race5Mutex6UnlockEv(ptr %mu)
  ret void
}

; CHECK-LABEL: @caught(
; CHECK: invoke void @_ZN6gosync4race5Mutex4LockEv(ptr %mu)
; CHECK: locked:
; CHECK-NEXT: call void @__hbsan_go_owns(ptr %mu, i32 zeroext 0)
define void @caught(ptr %mu, ptr %p) mustprogress sanitize_thread personality ptr @__gxx_personality_v0 {
entry:
  invoke void @_ZN6gosync4race5Mutex4LockEv(ptr %mu) to label %locked unwind label %failed
locked:
  store i32 1, ptr %p
  call void @_ZN6gosync4race5Mutex6UnlockEv(ptr %mu)
  ret void
failed:
  %error = landingpad { ptr, i32 } cleanup
  resume { ptr, i32 } %error
}

; The pointer to the mutex is loaded again: it has to be the same once the lock is taken.
; CHECK-LABEL: @reloaded(
; CHECK: call void @_ZN6gosync4race5Mutex4LockEv(ptr %mu)
; CHECK-NEXT: %[[NOW:.*]] = load ptr, ptr %place, align 8, !nosanitize
; CHECK-NEXT: %[[SAME:.*]] = icmp eq ptr %[[NOW]], %object
; CHECK-NEXT: br i1 %[[SAME]], label %[[OWNED:.*]], label %
; CHECK: [[OWNED]]:
; CHECK-NEXT: call void @__hbsan_go_owns(ptr %mu, i32 zeroext 0)
define void @reloaded(ptr %place, ptr %p) sanitize_thread {
  %object = load ptr, ptr %place, !tbaa !3
  %mu = getelementptr i8, ptr %object, i64 8
  call void @_ZN6gosync4race5Mutex4LockEv(ptr %mu)
  store i32 1, ptr %p, !tbaa !4
  %reloaded = load ptr, ptr %place, !tbaa !3
  %again = getelementptr i8, ptr %reloaded, i64 8
  call void @_ZN6gosync4race5Mutex6UnlockEv(ptr %again)
  ret void
}

; It may be another one.
; CHECK-LABEL: @overwritten(
; CHECK-NOT: call void @__hbsan_go_owns
; CHECK: ret void
define void @overwritten(ptr %place, ptr %p, ptr %value) sanitize_thread {
  %mu = load ptr, ptr %place, !tbaa !3
  call void @_ZN6gosync4race5Mutex4LockEv(ptr %mu)
  store ptr %value, ptr %p, !tbaa !3
  %again = load ptr, ptr %place, !tbaa !3
  call void @_ZN6gosync4race5Mutex6UnlockEv(ptr %again)
  ret void
}

; CHECK-LABEL: @from_elsewhere(
; CHECK-NOT: call void @__hbsan_go_owns
; CHECK: ret void
define void @from_elsewhere(ptr %place, ptr %other) sanitize_thread {
  %mu = load ptr, ptr %place
  call void @_ZN6gosync4race5Mutex4LockEv(ptr %mu)
  %again = load ptr, ptr %other
  call void @_ZN6gosync4race5Mutex6UnlockEv(ptr %again)
  ret void
}

!0 = !{!"root"}
!1 = !{!"pointer", !0, i64 0}
!2 = !{!"int", !0, i64 0}
!3 = !{!1, !1, i64 0}
!4 = !{!2, !2, i64 0}
