; Loops over columns around loops over rows: whole rows are checked before both.
; RUN: opt -load-pass-plugin=%plugin -passes='hbsan,verify' -S %s | FileCheck %s
; RUN: opt -load-pass-plugin=%plugin -passes='hbsan' -hbsan-row-ranges=0 -S %s | FileCheck %s --check-prefix=OFF
; RUN: opt -load-pass-plugin=%plugin -passes='hbsan' -hbsan-stats -disable-output %s 2>&1 | FileCheck %s --check-prefix=STATS
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

declare void @unknown()

; STATS-DAG: 2 hbsan - Ranges of rows checked before two loops

; 100 rows of 20 elements, 800 bytes apart.
; CHECK-LABEL: @by_columns(
; CHECK: call void @__hbsan_write_rows(ptr %m, i64 160, i64 8, i64 100, i64 800)
; CHECK: columns:
; CHECK-NOT: call void @__hbsan
; CHECK: ret void
; OFF-LABEL: @by_columns(
; OFF-NOT: _rows(
; OFF: columns:
; OFF: call void @__hbsan_write_strided(
; OFF: ret void
define void @by_columns(ptr %m) sanitize_thread {
entry:
  br label %columns
columns:
  %j = phi i64 [ 0, %entry ], [ %next_j, %end ]
  br label %rows
rows:
  %i = phi i64 [ 0, %columns ], [ %next_i, %rows ]
  %row = mul nuw nsw i64 %i, 100
  %at = add nuw nsw i64 %row, %j
  %q = getelementptr inbounds i64, ptr %m, i64 %at
  store i64 1, ptr %q, align 8
  %next_i = add nuw nsw i64 %i, 1
  %last_i = icmp eq i64 %next_i, 100
  br i1 %last_i, label %end, label %rows
end:
  %next_j = add nuw nsw i64 %j, 1
  %last_j = icmp eq i64 %next_j, 20
  br i1 %last_j, label %exit, label %columns
exit:
  ret void
}

; Upwards through the rows, if there are any.
; CHECK-LABEL: @guarded(
; CHECK: [[ROWS:%.*]] = select i1 %some, i64 {{.*}}, i64 0
; CHECK: call void @__hbsan_read_rows(ptr {{.*}}, i64 160, i64 8, i64 [[ROWS]], i64 800)
; CHECK: columns:
; CHECK-NOT: call void @__hbsan
; CHECK: ret i64
define i64 @guarded(ptr %m, i64 %n) sanitize_thread {
entry:
  %some = icmp sgt i64 %n, 0
  br label %columns
columns:
  %j = phi i64 [ 0, %entry ], [ %next_j, %end ]
  %sum_j = phi i64 [ 0, %entry ], [ %sum_end, %end ]
  br i1 %some, label %before, label %end
before:
  br label %rows
rows:
  %i = phi i64 [ %n, %before ], [ %next_i, %rows ]
  %sum_i = phi i64 [ %sum_j, %before ], [ %sum, %rows ]
  %next_i = add nsw i64 %i, -1
  %row = mul nsw i64 %next_i, 100
  %at = add nsw i64 %row, %j
  %q = getelementptr inbounds i64, ptr %m, i64 %at
  %value = load i64, ptr %q, align 8
  %sum = add i64 %sum_i, %value
  %last_i = icmp eq i64 %next_i, 0
  br i1 %last_i, label %end, label %rows
end:
  %sum_end = phi i64 [ %sum_j, %columns ], [ %sum, %rows ]
  %next_j = add nuw nsw i64 %j, 1
  %last_j = icmp eq i64 %next_j, 20
  br i1 %last_j, label %exit, label %columns
exit:
  ret i64 %sum_end
}

; Every other column: the gaps stay.
; CHECK-LABEL: @gaps(
; CHECK-NOT: _rows(
; CHECK: ret void
define void @gaps(ptr %m) sanitize_thread {
entry:
  br label %columns
columns:
  %j = phi i64 [ 0, %entry ], [ %next_j, %end ]
  br label %rows
rows:
  %i = phi i64 [ 0, %columns ], [ %next_i, %rows ]
  %row = mul nuw nsw i64 %i, 100
  %at = add nuw nsw i64 %row, %j
  %q = getelementptr inbounds i64, ptr %m, i64 %at
  store i64 1, ptr %q, align 8
  %next_i = add nuw nsw i64 %i, 1
  %last_i = icmp eq i64 %next_i, 100
  br i1 %last_i, label %end, label %rows
end:
  %next_j = add nuw nsw i64 %j, 2
  %last_j = icmp ugt i64 %next_j, 40
  br i1 %last_j, label %exit, label %columns
exit:
  ret void
}

; Something may be ordered between two columns.
; CHECK-LABEL: @boundary(
; CHECK-NOT: _rows(
; CHECK: ret void
define void @boundary(ptr %m) sanitize_thread {
entry:
  br label %columns
columns:
  %j = phi i64 [ 0, %entry ], [ %next_j, %end ]
  br label %rows
rows:
  %i = phi i64 [ 0, %columns ], [ %next_i, %rows ]
  %row = mul nuw nsw i64 %i, 100
  %at = add nuw nsw i64 %row, %j
  %q = getelementptr inbounds i64, ptr %m, i64 %at
  store i64 1, ptr %q, align 8
  %next_i = add nuw nsw i64 %i, 1
  %last_i = icmp eq i64 %next_i, 100
  br i1 %last_i, label %end, label %rows
end:
  call void @unknown()
  %next_j = add nuw nsw i64 %j, 1
  %last_j = icmp eq i64 %next_j, 20
  br i1 %last_j, label %exit, label %columns
exit:
  ret void
}

; Each column has rows of its own.
; CHECK-LABEL: @triangle(
; CHECK-NOT: _rows(
; CHECK: ret void
define void @triangle(ptr %m) sanitize_thread {
entry:
  br label %columns
columns:
  %j = phi i64 [ 10, %entry ], [ %next_j, %end ]
  br label %rows
rows:
  %i = phi i64 [ 0, %columns ], [ %next_i, %rows ]
  %row = mul nuw nsw i64 %i, 100
  %at = add nuw nsw i64 %row, %j
  %q = getelementptr inbounds i64, ptr %m, i64 %at
  store i64 1, ptr %q, align 8
  %next_i = add nuw nsw i64 %i, 1
  %last_i = icmp eq i64 %next_i, %j
  br i1 %last_i, label %end, label %rows
end:
  %next_j = add nuw nsw i64 %j, 1
  %last_j = icmp eq i64 %next_j, 30
  br i1 %last_j, label %exit, label %columns
exit:
  ret void
}

; A report could not tell which access it was.
; CHECK-LABEL: @of_two_sizes(
; CHECK-NOT: _rows(
; CHECK: ret void
define void @of_two_sizes(ptr %m) sanitize_thread {
entry:
  br label %columns
columns:
  %j = phi i64 [ 0, %entry ], [ %next_j, %end ]
  br label %rows
rows:
  %i = phi i64 [ 0, %columns ], [ %next_i, %rows ]
  %row = mul nuw nsw i64 %i, 100
  %at = add nuw nsw i64 %row, %j
  %q = getelementptr inbounds i64, ptr %m, i64 %at
  store i64 1, ptr %q, align 8
  %r = getelementptr inbounds i8, ptr %q, i64 8
  store i32 1, ptr %r, align 8
  %next_i = add nuw nsw i64 %i, 1
  %last_i = icmp eq i64 %next_i, 100
  br i1 %last_i, label %end, label %rows
end:
  %next_j = add nuw nsw i64 %j, 1
  %last_j = icmp eq i64 %next_j, 20
  br i1 %last_j, label %exit, label %columns
exit:
  ret void
}
