; Checks moved before the loops that would repeat them, one rule a function, and the switch.
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan,verify -hbsan-inline-checks=0 -hbsan-cold-calls=0 -S %s | FileCheck %s
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan -hbsan-inline-checks=0 -hbsan-cold-calls=0 -hbsan-hoist-invariants=0 -S %s | FileCheck %s --check-prefix=OFF
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan -hbsan-stats -disable-output %s 2>&1 | FileCheck %s --check-prefix=STATS
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

; STATS-DAG: 4 hbsan - Checks moved before a loop

; CHECK-LABEL: @invariant(
; CHECK: call void @__tsan_read4(ptr %p)
; CHECK: body:
; CHECK-NOT: @__tsan
; CHECK: ret void
; OFF-LABEL: @invariant(
; OFF: body:
; OFF: call void @__tsan_read4(ptr %p)
define void @invariant(ptr %p, i64 %n) sanitize_thread {
entry:
  br label %body
body:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  %v = load volatile i32, ptr %p, align 4
  %next = add nuw i64 %i, 1
  %more = icmp ult i64 %next, %n
  br i1 %more, label %body, label %end
end:
  ret void
}

; Out of both, though the loop may be left early.
; CHECK-LABEL: @two_loops(
; CHECK: call void @__tsan_write4(ptr %p)
; CHECK: outer:
; CHECK-NOT: @__tsan
; CHECK: ret void
define void @two_loops(ptr %p, i64 %n) sanitize_thread {
entry:
  br label %outer
outer:
  %i = phi i64 [ 0, %entry ], [ %i_next, %outer_end ]
  br label %body
body:
  %j = phi i64 [ 0, %outer ], [ %j_next, %body_end ]
  store volatile i32 1, ptr %p, align 4
  %j_next = add nuw i64 %j, 1
  %odd = icmp eq i64 %j_next, %i
  br i1 %odd, label %outer_end, label %body_end
body_end:
  %more = icmp ult i64 %j_next, %n
  br i1 %more, label %body, label %outer_end
outer_end:
  %i_next = add nuw i64 %i, 1
  %again = icmp ult i64 %i_next, %n
  br i1 %again, label %outer, label %end
end:
  ret void
}

; Not executed in each round: the inner check stays before the inner loop.
; CHECK-LABEL: @sometimes(
; CHECK: outer:
; CHECK: inner:
; CHECK: call void @__tsan_read4(ptr %p)
; CHECK: body:
; CHECK-NOT: @__tsan
; CHECK: ret void
define void @sometimes(ptr %p, i64 %n) sanitize_thread {
entry:
  br label %outer
outer:
  %i = phi i64 [ 0, %entry ], [ %i_next, %outer_end ]
  %odd = trunc i64 %i to i1
  br i1 %odd, label %inner, label %outer_end
inner:
  br label %body
body:
  %j = phi i64 [ 0, %inner ], [ %j_next, %body ]
  %v = load volatile i32, ptr %p, align 4
  %j_next = add nuw i64 %j, 1
  %more = icmp ult i64 %j_next, %n
  br i1 %more, label %body, label %outer_end
outer_end:
  %i_next = add nuw i64 %i, 1
  %again = icmp ult i64 %i_next, %n
  br i1 %again, label %outer, label %end
end:
  ret void
}

; The first round may leave before the access.
; CHECK-LABEL: @left_before(
; CHECK: rest:
; CHECK-NEXT: call void @__tsan_read4(ptr %p)
define void @left_before(ptr %p, i64 %n) sanitize_thread {
entry:
  br label %body
body:
  %i = phi i64 [ 0, %entry ], [ %next, %rest ]
  %none = icmp eq i64 %n, %i
  br i1 %none, label %end, label %rest
rest:
  %v = load volatile i32, ptr %p, align 4
  %next = add nuw i64 %i, 1
  br label %body
end:
  ret void
}

; What other rounds are ordered with may differ.
; CHECK-LABEL: @boundary(
; CHECK: body:
; CHECK: call void @__tsan_read4(ptr %p)
define void @boundary(ptr %p, i64 %n) sanitize_thread {
entry:
  br label %body
body:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  %v = load volatile i32, ptr %p, align 4
  call void @unknown()
  %next = add nuw i64 %i, 1
  %more = icmp ult i64 %next, %n
  br i1 %more, label %body, label %end
end:
  ret void
}

declare void @unknown()

; In each round or in none: so it is before the loop.
; CHECK-LABEL: @guarded(
; CHECK: br i1 %c, label %[[CHECKED:.*]], label
; CHECK: [[CHECKED]]:
; CHECK-NEXT: call void @__tsan_read4(ptr %p)
; CHECK: body:
; CHECK-NOT: @__tsan
; CHECK: ret void
define void @guarded(ptr %p, i64 %n, i1 %c) sanitize_thread {
entry:
  br label %body
body:
  %i = phi i64 [ 0, %entry ], [ %next, %join ]
  br i1 %c, label %then, label %join
then:
  %v = load volatile i32, ptr %p, align 4
  br label %join
join:
  %next = add nuw i64 %i, 1
  %more = icmp ult i64 %next, %n
  br i1 %more, label %body, label %end
end:
  ret void
}

; Only in some rounds.
; CHECK-LABEL: @guarded_by_round(
; CHECK: then:
; CHECK-NEXT: call void @__tsan_read4(ptr %p)
define void @guarded_by_round(ptr %p, i64 %n) sanitize_thread {
entry:
  br label %body
body:
  %i = phi i64 [ 0, %entry ], [ %next, %join ]
  %c = icmp eq i64 %i, 3
  br i1 %c, label %then, label %join
then:
  %v = load volatile i32, ptr %p, align 4
  br label %join
join:
  %next = add nuw i64 %i, 1
  %more = icmp ult i64 %next, %n
  br i1 %more, label %body, label %end
end:
  ret void
}
