; Ranges of loops within loops, one rule a function, and the switch.
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan,verify -hbsan-inline-checks=0 -hbsan-cold-calls=0 -S %s | FileCheck %s
; RUN: opt -load-pass-plugin=%plugin -passes='function(hbsan-early-ranges),hbsan,verify' -hbsan-inline-checks=0 -hbsan-cold-calls=0 -S %s | FileCheck %s
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan -hbsan-nested-ranges=0 -hbsan-stats -S %s 2>&1 | FileCheck %s --check-prefix=OFF
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan -hbsan-stats -disable-output %s 2>&1 | FileCheck %s --check-prefix=STATS
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

; STATS-DAG: 3 hbsan - Ranges moved before a further loop
; OFF-NOT: Ranges moved before a further loop

; Row after row of a matrix.
; CHECK-LABEL: @rows(
; CHECK: [[BYTES:%.*]] = mul i64 %n, {{.*}}
; CHECK: call void @__hbsan_write_elements(ptr %p, i64 {{.*}}, i64 8)
; CHECK: outer:
; CHECK-NOT: call void
; CHECK: ret void
; OFF-LABEL: @rows(
; OFF: outer:
; OFF: call void @__hbsan_write_elements(
define void @rows(ptr %p, i64 %n) sanitize_thread {
entry:
  br label %outer
outer:
  %i = phi i64 [ 0, %entry ], [ %i_next, %outer_end ]
  %row = mul nuw i64 %i, %n
  br label %body
body:
  %j = phi i64 [ 0, %outer ], [ %j_next, %body ]
  %at = add nuw i64 %row, %j
  %q = getelementptr inbounds i64, ptr %p, i64 %at
  store i64 %i, ptr %q, align 8
  %j_next = add nuw i64 %j, 1
  %more = icmp ne i64 %j_next, %n
  br i1 %more, label %body, label %outer_end
outer_end:
  %i_next = add nuw i64 %i, 1
  %again = icmp ne i64 %i_next, 100
  br i1 %again, label %outer, label %end
end:
  ret void
}

; The same range in each round.
; CHECK-LABEL: @repeated(
; CHECK: call void @__hbsan_read_elements(ptr %p, i64 {{.*}}, i64 8)
; CHECK: outer:
; CHECK-NOT: call void
; CHECK: ret void
define void @repeated(ptr %p, i64 %n, i64 %m) sanitize_thread {
entry:
  br label %outer
outer:
  %i = phi i64 [ 0, %entry ], [ %i_next, %outer_end ]
  br label %body
body:
  %j = phi i64 [ 0, %outer ], [ %j_next, %body ]
  %q = getelementptr inbounds i64, ptr %p, i64 %j
  %v = load volatile i64, ptr %q, align 8
  %j_next = add nuw i64 %j, 1
  %more = icmp ne i64 %j_next, %n
  br i1 %more, label %body, label %outer_end
outer_end:
  %i_next = add nuw i64 %i, 1
  %again = icmp ne i64 %i_next, %m
  br i1 %again, label %outer, label %end
end:
  ret void
}

; Rows with a gap between them.
; CHECK-LABEL: @band(
; CHECK: outer:
; CHECK: call void @__hbsan_read_elements(
define void @band(ptr %p, i64 %m) sanitize_thread {
entry:
  br label %outer
outer:
  %i = phi i64 [ 0, %entry ], [ %i_next, %outer_end ]
  %row = mul nuw i64 %i, 20
  br label %body
body:
  %j = phi i64 [ 0, %outer ], [ %j_next, %body ]
  %at = add nuw i64 %row, %j
  %q = getelementptr inbounds i64, ptr %p, i64 %at
  %v = load volatile i64, ptr %q, align 8
  %j_next = add nuw i64 %j, 1
  %more = icmp ne i64 %j_next, 19
  br i1 %more, label %body, label %outer_end
outer_end:
  %i_next = add nuw i64 %i, 1
  %again = icmp ne i64 %i_next, %m
  br i1 %again, label %outer, label %end
end:
  ret void
}

; Something is ordered between the rounds.
; CHECK-LABEL: @boundary(
; CHECK: outer:
; CHECK: call void @__hbsan_read_elements(
define void @boundary(ptr %p, i64 %n, i64 %m) sanitize_thread {
entry:
  br label %outer
outer:
  %i = phi i64 [ 0, %entry ], [ %i_next, %outer_end ]
  call void @unknown()
  br label %body
body:
  %j = phi i64 [ 0, %outer ], [ %j_next, %body ]
  %q = getelementptr inbounds i64, ptr %p, i64 %j
  %v = load volatile i64, ptr %q, align 8
  %j_next = add nuw i64 %j, 1
  %more = icmp ne i64 %j_next, %n
  br i1 %more, label %body, label %outer_end
outer_end:
  %i_next = add nuw i64 %i, 1
  %again = icmp ne i64 %i_next, %m
  br i1 %again, label %outer, label %end
end:
  ret void
}

declare void @unknown()

; The inner loop is entered in each round or in none.
; CHECK-LABEL: @guarded(
; CHECK: [[BYTES:%.*]] = select i1 %none, i64 0, i64 {{.*}}
; CHECK-NEXT: call void @__hbsan_read_elements(ptr %p, i64 [[BYTES]], i64 8)
; CHECK: outer:
; CHECK-NOT: call void
; CHECK: ret void
define void @guarded(ptr %p, i64 %n, i64 %m, i1 %none) sanitize_thread {
entry:
  br label %outer
outer:
  %i = phi i64 [ 0, %entry ], [ %i_next, %outer_end ]
  br i1 %none, label %outer_end, label %inner
inner:
  br label %body
body:
  %j = phi i64 [ 0, %inner ], [ %j_next, %body ]
  %q = getelementptr inbounds i64, ptr %p, i64 %j
  %v = load volatile i64, ptr %q, align 8
  %j_next = add nuw i64 %j, 1
  %more = icmp ne i64 %j_next, %n
  br i1 %more, label %body, label %outer_end
outer_end:
  %i_next = add nuw i64 %i, 1
  %again = icmp ne i64 %i_next, %m
  br i1 %again, label %outer, label %end
end:
  ret void
}
