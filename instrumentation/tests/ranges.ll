; Loops whose accesses are checked at once before them, one rule a function, and the switch.
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan,verify -hbsan-inline-checks=0 -hbsan-cold-calls=0 -S %s | FileCheck %s
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan -hbsan-loop-ranges=0 -S %s | FileCheck %s --check-prefix=OFF
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan -hbsan-strided-ranges=0 -S %s | FileCheck %s --check-prefix=WHOLE
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan -hbsan-stats -disable-output %s 2>&1 | FileCheck %s --check-prefix=STATS
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

; OFF-NOT: {{_elements|_strided}}
; WHOLE-NOT: _strided
; STATS-DAG: 6 hbsan - Accesses checked as part of a range
; STATS-DAG: 4 hbsan - Ranges checked before loops
; STATS-DAG: 4 hbsan - Ranges with gaps checked before loops

; CHECK-LABEL: @forward(
; CHECK: [[BYTES:%.*]] = shl {{.*}}i64 %n, 3
; CHECK: call void @__hbsan_write_elements(ptr %p, i64 [[BYTES]], i64 8)
; CHECK-NEXT: br label %body
; CHECK: body:
; CHECK-NOT: @__tsan
; CHECK: ret void
define void @forward(ptr %p, i64 %n) sanitize_thread {
entry:
  %some = icmp ne i64 %n, 0
  br i1 %some, label %body, label %end
body:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  %q = getelementptr inbounds i64, ptr %p, i64 %i
  store i64 %i, ptr %q, align 8
  %next = add nuw i64 %i, 1
  %more = icmp ne i64 %next, %n
  br i1 %more, label %body, label %end
end:
  ret void
}

; From the highest address down.
; CHECK-LABEL: @backward(
; CHECK: call void @__hbsan_read_elements(ptr %p, i64 400, i64 4)
; CHECK: body:
; CHECK-NOT: @__tsan
; CHECK: ret void
define void @backward(ptr %p) sanitize_thread {
entry:
  br label %body
body:
  %i = phi i64 [ 99, %entry ], [ %next, %body ]
  %q = getelementptr inbounds i32, ptr %p, i64 %i
  %v = load volatile i32, ptr %q, align 4
  %next = add nsw i64 %i, -1
  %more = icmp ne i64 %i, 0
  br i1 %more, label %body, label %end
end:
  ret void
}

; Fields that fill an element between them; the one whose neighbour is not written leaves gaps.
; CHECK-LABEL: @fields(
; CHECK: call void @__hbsan_read_elements(ptr %p, i64 1600, i64 16)
; CHECK: call void @__hbsan_write_strided(ptr %r, i64 1592, i64 8, i64 16)
; CHECK: body:
; CHECK: call void @__tsan_write8(
; CHECK-NOT: @__tsan
; CHECK: ret void
define void @fields(ptr %p, ptr %r) sanitize_thread {
entry:
  br label %body
body:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  %q = getelementptr inbounds { i64, i32, i32 }, ptr %p, i64 %i
  %a = load volatile i64, ptr %q, align 8
  %qb = getelementptr inbounds { i64, i32, i32 }, ptr %p, i64 %i, i32 1
  %b = load volatile i32, ptr %qb, align 8
  %qc = getelementptr inbounds { i64, i32, i32 }, ptr %p, i64 %i, i32 2
  %c = load volatile i32, ptr %qc, align 4
  %s = getelementptr inbounds { i64, i64 }, ptr %r, i64 %i
  store i64 %i, ptr %s, align 8
  %next = add nuw i64 %i, 1
  %more = icmp ne i64 %next, 100
  br i1 %more, label %body, label %end
end:
  ret void
}

; A column, from the last row up, if its highest place was not written yet. Each access is checked
; as it would be without.
; CHECK-LABEL: @column(
; CHECK: [[FIRST:%.*]] = getelementptr {{.*}}ptr %p, i64 {{.*}}
; CHECK: [[OWN_FIRST:%.*]] = load volatile i32, ptr getelementptr inbounds (i8, ptr @__hbsan_hot, i64 8)
; CHECK: icmp uge
; CHECK-NEXT: br i1
; CHECK: call void @__hbsan_write_strided(ptr [[FIRST]], i64 79204, i64 4, i64 800)
; CHECK: body:
; CHECK: call void @__tsan_write4(
; CHECK-NOT: @__tsan
; CHECK: ret void
define void @column(ptr %p) sanitize_thread {
entry:
  br label %body
body:
  %i = phi i64 [ 99, %entry ], [ %next, %body ]
  %q = getelementptr inbounds [200 x i32], ptr %p, i64 %i, i64 7
  store i32 1, ptr %q, align 4
  %next = add nsw i64 %i, -1
  %more = icmp ne i64 %i, 0
  br i1 %more, label %body, label %end
end:
  ret void
}

; Two fields with a gap behind them are two ranges.
; CHECK-LABEL: @two_fields(
; CHECK: call void @__hbsan_read_strided(ptr %p, i64 2380, i64 4, i64 24)
; CHECK: call void @__hbsan_read_strided(ptr {{.*}}, i64 2384, i64 8, i64 24)
; CHECK: ret void
define void @two_fields(ptr %p) sanitize_thread {
entry:
  br label %body
body:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  %q = getelementptr inbounds { i32, i32, i64, i64 }, ptr %p, i64 %i
  %a = load volatile i32, ptr %q, align 4
  %qc = getelementptr inbounds { i32, i32, i64, i64 }, ptr %p, i64 %i, i32 2
  %c = load volatile i64, ptr %qc, align 8
  %next = add nuw i64 %i, 1
  %more = icmp ne i64 %next, 100
  br i1 %more, label %body, label %end
end:
  ret void
}

; Not in each iteration.
; CHECK-LABEL: @sometimes(
; CHECK-NOT: _elements
; CHECK: call void @__tsan_write8(
define void @sometimes(ptr %p) sanitize_thread {
entry:
  br label %body
body:
  %i = phi i64 [ 0, %entry ], [ %next, %latch ]
  %odd = trunc i64 %i to i1
  br i1 %odd, label %then, label %latch
then:
  %q = getelementptr inbounds i64, ptr %p, i64 %i
  store i64 %i, ptr %q, align 8
  br label %latch
latch:
  %next = add nuw i64 %i, 1
  %more = icmp ne i64 %next, 100
  br i1 %more, label %body, label %end
end:
  ret void
}

; The loop may be left before.
; CHECK-LABEL: @early_exit(
; CHECK-NOT: _elements
; CHECK: call void @__tsan_read8(
define void @early_exit(ptr %p) sanitize_thread {
entry:
  br label %body
body:
  %i = phi i64 [ 0, %entry ], [ %next, %latch ]
  %q = getelementptr inbounds i64, ptr %p, i64 %i
  %v = load i64, ptr %q, align 8
  %found = icmp eq i64 %v, 7
  br i1 %found, label %end, label %latch
latch:
  %next = add nuw i64 %i, 1
  %more = icmp ne i64 %next, 100
  br i1 %more, label %body, label %end
end:
  ret void
}

; What is ordered may change between the accesses.
; CHECK-LABEL: @boundary(
; CHECK-NOT: _elements
; CHECK: call void @__tsan_write8(
define void @boundary(ptr %p) sanitize_thread {
entry:
  br label %body
body:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  %q = getelementptr inbounds i64, ptr %p, i64 %i
  store i64 %i, ptr %q, align 8
  call void @unknown()
  %next = add nuw i64 %i, 1
  %more = icmp ne i64 %next, 100
  br i1 %more, label %body, label %end
end:
  ret void
}

; Few iterations.
; CHECK-LABEL: @short(
; CHECK-NOT: _elements
; CHECK: call void @__tsan_write8(
define void @short(ptr %p) sanitize_thread {
entry:
  br label %body
body:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  %q = getelementptr inbounds i64, ptr %p, i64 %i
  store i64 %i, ptr %q, align 8
  %next = add nuw i64 %i, 1
  %more = icmp ne i64 %next, 7
  br i1 %more, label %body, label %end
end:
  ret void
}

declare void @unknown()

; A division that the function has done already is not done again.
; CHECK-LABEL: @quotient(
; CHECK: [[START:%.*]] = udiv i64 %n, %parts
; CHECK: [[BYTES:%.*]] = shl i64 [[START]], 3
; CHECK: [[FIRST:%.*]] = {{.*}}getelementptr i8, ptr %p, i64 [[BYTES]]
; CHECK: call void @__hbsan_write_elements(ptr [[FIRST]], i64 800, i64 8)
; CHECK-NOT: @__tsan
; CHECK: ret void
define void @quotient(ptr %p, i64 %n, i64 %parts) sanitize_thread {
entry:
  %start = udiv i64 %n, %parts
  %end = add nuw i64 %start, 100
  br label %body
body:
  %i = phi i64 [ %start, %entry ], [ %next, %body ]
  %q = getelementptr inbounds i64, ptr %p, i64 %i
  store i64 %i, ptr %q, align 8
  %next = add nuw i64 %i, 1
  %more = icmp ne i64 %next, %end
  br i1 %more, label %body, label %done
done:
  ret void
}
