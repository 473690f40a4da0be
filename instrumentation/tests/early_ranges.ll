; Ranges found before loops are vectorized: the vector loop and its remainder need no other check.
; RUN: opt -load-pass-plugin=%plugin -passes='function(hbsan-early-ranges,loop-vectorize),hbsan,verify' -force-vector-width=4 -force-vector-interleave=1 -S %s | FileCheck %s
; RUN: opt -load-pass-plugin=%plugin -passes='function(hbsan-early-ranges,loop-vectorize),hbsan' -force-vector-width=4 -force-vector-interleave=1 -hbsan-stats -disable-output %s 2>&1 | FileCheck %s --check-prefix=STATS
; RUN: opt -load-pass-plugin=%plugin -passes='function(hbsan-early-ranges)' -S %s | FileCheck %s --check-prefix=BETWEEN
; RUN: opt -load-pass-plugin=%plugin -passes='function(hbsan-early-ranges,loop-vectorize),hbsan' -force-vector-width=4 -force-vector-interleave=1 -hbsan-early-ranges=0 -S %s | FileCheck %s --check-prefix=OFF
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

; STATS-DAG: 6 hbsan - Ranges found before loops are vectorized

; CHECK-LABEL: @vectorized(
; CHECK: call void @__hbsan_write_elements(ptr %p, i64 {{.*}}, i64 4)
; CHECK: vector.body:
; CHECK-NOT: call void @__
; CHECK: store <4 x i32>
; CHECK-NOT: call void @__
; CHECK: ret void
; OFF-LABEL: @vectorized(
; OFF: call void @__hbsan_write_elements(
; OFF: store <4 x i32>
; OFF: call void @__hbsan_{{write_elements|cold_write4}}(
; OFF: ret void
define void @vectorized(ptr %p, i64 %n) sanitize_thread {
entry:
  br label %body
body:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  %q = getelementptr inbounds i32, ptr %p, i64 %i
  store i32 1, ptr %q, align 4
  %next = add nuw i64 %i, 1
  %more = icmp ult i64 %next, %n
  br i1 %more, label %body, label %end
end:
  ret void
}

; The range of the write serves the read of the same bytes as well.
; CHECK-LABEL: @read_and_written(
; CHECK: call void @__hbsan_write_elements(ptr %p, i64 {{.*}}, i64 4)
; CHECK-NOT: call void @__
; CHECK: ret void
define void @read_and_written(ptr %p, i64 %n) sanitize_thread {
entry:
  br label %body
body:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  %q = getelementptr inbounds i32, ptr %p, i64 %i
  %old = load i32, ptr %q, align 4
  %new = mul i32 %old, 3
  store i32 %new, ptr %q, align 4
  %next = add nuw i64 %i, 1
  %more = icmp ult i64 %next, %n
  br i1 %more, label %body, label %end
end:
  ret void
}

; Both sides of a copy, or neither: here what is written has gaps.
; CHECK-LABEL: @copied(
; CHECK: call void @__hbsan_read_elements(ptr %q, i64 {{.*}}, i64 16)
; CHECK: body:
; CHECK-NOT: call {{.*}}read
; CHECK: call {{.*}}write16(ptr %to)
; CHECK: ret void
define void @copied(ptr %p, ptr %q, i64 %n) sanitize_thread {
entry:
  br label %body
body:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  %to = getelementptr inbounds [24 x i8], ptr %p, i64 %i
  %from = getelementptr inbounds [16 x i8], ptr %q, i64 %i
  call void @llvm.memcpy.p0.p0.i64(ptr align 8 %to, ptr align 8 %from, i64 16, i1 false)
  %next = add nuw i64 %i, 1
  %more = icmp ult i64 %next, %n
  br i1 %more, label %body, label %end
end:
  ret void
}

; The quotient of this round of the outer loop is known.
; CHECK-LABEL: @quotient(
; CHECK: %start = udiv i64 %u, %d
; CHECK: call void @__hbsan_read_elements(
; CHECK: ret void
define void @quotient(ptr %p, i64 %d, i64 %n) sanitize_thread {
entry:
  br label %outer
outer:
  %u = phi i64 [ 0, %entry ], [ %u_next, %outer_end ]
  %start = udiv i64 %u, %d
  br label %body
body:
  %i = phi i64 [ 0, %outer ], [ %next, %body ]
  %j = add i64 %i, %start
  %q = getelementptr inbounds i32, ptr %p, i64 %j
  %v = load volatile i32, ptr %q, align 4
  %next = add nuw i64 %i, 1
  %more = icmp ult i64 %next, %n
  br i1 %more, label %body, label %outer_end
outer_end:
  %u_next = add nuw i64 %u, 7
  %again = icmp ult i64 %u_next, %n
  br i1 %again, label %outer, label %end
end:
  ret void
}

; Accesses may move across the check for a time, synchronisation may not; in the end nothing may.
; BETWEEN-LABEL: @promises(
; BETWEEN: call void @__hbsan_read_elements({{.*}}) [[PROMISES:#[0-9]+]]
; BETWEEN: attributes [[PROMISES]] = { nocallback nofree nomerge nosync nounwind willreturn memory(inaccessiblemem: readwrite) }
; CHECK-LABEL: @promises(
; CHECK: call void @__hbsan_read_elements(ptr %p, i64 {{.*}}, i64 4) [[NONE:#[0-9]+]]
; CHECK: attributes [[NONE]] = { nomerge nounwind }
; CHECK-NOT: hbsan.checked
define i32 @promises(ptr %p, i64 %n) sanitize_thread {
entry:
  br label %body
body:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  %sum = phi i32 [ 0, %entry ], [ %more_of_it, %body ]
  %q = getelementptr inbounds i32, ptr %p, i64 %i
  %v = load volatile i32, ptr %q, align 4
  %more_of_it = add i32 %sum, %v
  %next = add nuw i64 %i, 1
  %more = icmp ult i64 %next, %n
  br i1 %more, label %body, label %end
end:
  ret i32 %sum
}

declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
