; What makes inline checks smaller or fewer, one rule a function, and the switches.
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan,verify -hbsan-small-straight-code=0 -S %s | FileCheck %s
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan -hbsan-share-cells=0 -hbsan-small-cold-code=0 -hbsan-small-straight-code=0 -S %s | FileCheck %s --check-prefix=OFF
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan,verify -S %s | FileCheck %s --check-prefix=STRAIGHT
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan -hbsan-stats -hbsan-small-straight-code=0 -disable-output %s 2>&1 | FileCheck %s --check-prefix=STATS
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan -hbsan-stats -disable-output %s 2>&1 | FileCheck %s --check-prefix=SMALL
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

; STATS-DAG: 2 hbsan - Accesses whose shadow is found by their object's
; STATS-DAG: 3 hbsan - Cold blocks in which nothing is checked inline
; SMALL: 10 hbsan - Blocks outside loops in which nothing is checked inline

; The third cell after the object's.
; CHECK-LABEL: @field(
; CHECK: [[OBJECT:%.*]] = ptrtoint ptr %p to i64
; CHECK: shl i64 [[OBJECT]], 20
; CHECK: [[CELL:%.*]] = lshr i64 {{.*}}, 23
; CHECK-NEXT: [[FIELD:%.*]] = add i64 [[CELL]], 3
; CHECK-NEXT: getelementptr i32, ptr {{.*}}, i64 [[FIELD]]
; OFF-LABEL: @field(
; OFF: lshr i64 {{.*}}, 23
; OFF-NEXT: getelementptr i32,
define void @field(ptr %p) sanitize_thread {
  %q = getelementptr i8, ptr %p, i64 24
  store i64 1, ptr %q, align 8
  ret void
}

; Within a cell of an object that is aligned.
; CHECK-LABEL: @half(
; CHECK: [[CELL:%.*]] = lshr i64 {{.*}}, 23
; CHECK-NEXT: add i64 [[CELL]], 1
define void @half(ptr align 8 %p) sanitize_thread {
  %q = getelementptr i8, ptr %p, i64 12
  store i32 1, ptr %q, align 4
  ret void
}

; The object may begin in the middle of a cell.
; CHECK-LABEL: @unknown_half(
; CHECK: lshr i64 {{.*}}, 23
; CHECK-NEXT: getelementptr i32,
define void @unknown_half(ptr %p) sanitize_thread {
  %q = getelementptr i8, ptr %p, i64 12
  store i32 1, ptr %q, align 4
  ret void
}

; Before the object.
; CHECK-LABEL: @before(
; CHECK: lshr i64 {{.*}}, 23
; CHECK-NEXT: getelementptr i32,
define void @before(ptr align 8 %p) sanitize_thread {
  %q = getelementptr i8, ptr %p, i64 -8
  store i64 1, ptr %q, align 8
  ret void
}

; Before the program is given up.
; CHECK-LABEL: @fails(
; CHECK: load atomic
; CHECK: fail:
; CHECK-NEXT: call preserve_allcc void @__hbsan_write8(ptr %q)
; CHECK-NEXT: store i64 1, ptr %q
; OFF-LABEL: @fails(
; OFF: load atomic
; OFF: load atomic
define void @fails(ptr %p, ptr %q) sanitize_thread {
  %v = load i64, ptr %p, align 8
  %bad = icmp eq i64 %v, 0
  br i1 %bad, label %fail, label %end
fail:
  store i64 1, ptr %q, align 8
  call void @abort()
  unreachable
end:
  ret void
}

; From where an exception arrives on.
; CHECK-LABEL: @catches(
; CHECK-NOT: load atomic
; CHECK: call preserve_allcc void @__hbsan_write8(ptr %p)
; CHECK: ret void
define void @catches(ptr %p) sanitize_thread personality ptr null {
  invoke void @may_throw() to label %end unwind label %caught
caught:
  %e = landingpad { ptr, i32 } cleanup
  br label %clean
clean:
  store i64 1, ptr %p, align 8
  resume { ptr, i32 } %e
end:
  ret void
}

; Inline only what is executed again and again.
; STRAIGHT-LABEL: @loop(
; STRAIGHT-NOT: load atomic
; STRAIGHT: call preserve_allcc void @__hbsan_read8(ptr %p)
; STRAIGHT: again:
; STRAIGHT: load atomic
; STRAIGHT: call preserve_allcc void @__hbsan_cold_write8(ptr %n)
; STRAIGHT: end:
; STRAIGHT-NOT: load atomic
; STRAIGHT: call preserve_allcc void @__hbsan_write4(ptr %p)
define void @loop(ptr %p) sanitize_thread {
  %first = load ptr, ptr %p, align 8
  br label %again
again:
  %n = phi ptr [ %first, %0 ], [ %next, %again ]
  %q = getelementptr i8, ptr %n, i64 64
  store i64 1, ptr %n, align 8
  %next = load atomic ptr, ptr %q monotonic, align 8
  %last = icmp eq ptr %next, null
  br i1 %last, label %end, label %again
end:
  store i32 1, ptr %p, align 8
  ret void
}

; STRAIGHT-LABEL: @recurses(
; STRAIGHT: load atomic
; STRAIGHT: call preserve_allcc void @__hbsan_cold_write8(ptr %p)
define void @recurses(ptr %p) sanitize_thread {
  %q = getelementptr i8, ptr %p, i64 64
  store i64 1, ptr %p, align 8
  %next = load atomic ptr, ptr %q monotonic, align 8
  %last = icmp eq ptr %next, null
  br i1 %last, label %end, label %deeper
deeper:
  call void @recurses(ptr %next)
  br label %end
end:
  ret void
}

declare void @abort() noreturn
declare void @may_throw()
