; Accesses that need no check, one rule a function, and the switch of each rule.
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan,verify -hbsan-inline-checks=0 -hbsan-drop-anticipated=0 -hbsan-cold-calls=0 -S %s | FileCheck %s
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan -hbsan-inline-checks=0 -hbsan-drop-anticipated=0 -hbsan-cold-calls=0 -hbsan-drop-constant=0 -hbsan-drop-private=0 -hbsan-drop-dominated=0 -hbsan-drop-read-before-write=0 -S %s | FileCheck %s --check-prefix=ALL
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan -hbsan-inline-checks=0 -hbsan-drop-anticipated=0 -hbsan-cold-calls=0 -hbsan-stats -disable-output %s 2>&1 | FileCheck %s --check-prefix=STATS
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

; STATS-DAG: 3 hbsan - Reads of constant data dropped
; STATS-DAG: 3 hbsan - Accesses to non-escaping locals dropped
; STATS-DAG: 8 hbsan - Accesses covered by a dominating one dropped
; STATS-DAG: 1 hbsan - Reads before a write dropped

@table = constant [4 x i32] [i32 1, i32 2, i32 3, i32 4]
@global = global i32 0

; CHECK-LABEL: @constant_data(
; CHECK-NOT: @__tsan
; CHECK: ret i32
; ALL-LABEL: @constant_data(
; ALL: call void @__tsan_read4(ptr %p)
define i32 @constant_data(i64 %i) sanitize_thread {
  %p = getelementptr inbounds [4 x i32], ptr @table, i64 0, i64 %i
  %r = load i32, ptr %p
  ret i32 %r
}

; Only the vtable pointer is checked.
; CHECK-LABEL: @vtable_entry(
; CHECK: call void @__tsan_vptr_read(ptr %object)
; CHECK-NOT: @__tsan
; CHECK: ret ptr
; ALL-LABEL: @vtable_entry(
; ALL: call void @__tsan_read8(ptr %entry)
define ptr @vtable_entry(ptr %object) sanitize_thread {
  %vtable = load ptr, ptr %object, !tbaa !0
  %entry = getelementptr inbounds ptr, ptr %vtable, i64 2
  %f = load ptr, ptr %entry
  ret ptr %f
}

; CHECK-LABEL: @invariant(
; CHECK-NOT: @__tsan
; CHECK: ret i32
define i32 @invariant(ptr %p) sanitize_thread {
  %r = load i32, ptr %p, !invariant.load !3
  ret i32 %r
}

; CHECK-LABEL: @private(
; CHECK-NOT: @__tsan
; CHECK: ret i32
; ALL-LABEL: @private(
; ALL: call void @__tsan_write4(
; ALL: call void @__tsan_read4(
define i32 @private(i64 %i) sanitize_thread {
  %array = alloca [8 x i32]
  %p = getelementptr [8 x i32], ptr %array, i64 0, i64 %i
  store i32 1, ptr %p
  %r = load i32, ptr %array
  ret i32 %r
}

; CHECK-LABEL: @private_argument(
; CHECK-NOT: @__tsan
; CHECK: ret i32
define i32 @private_argument(ptr byval(i64) %p) sanitize_thread {
  %r = load i32, ptr %p
  ret i32 %r
}

; Known to others from the start, as far as one can tell without flow.
; CHECK-LABEL: @escaping(
; CHECK: call void @__tsan_write4(ptr %local)
; CHECK: call void @__tsan_write8(ptr %out)
define void @escaping(ptr %out) sanitize_thread {
  %local = alloca i32
  store i32 1, ptr %local
  store ptr %local, ptr %out
  ret void
}

; The object returned may be another thread's.
; CHECK-LABEL: @result_argument(
; CHECK: call void @__tsan_write4(ptr %result)
define void @result_argument(ptr sret(i32) %result) sanitize_thread {
  store i32 1, ptr %result
  ret void
}

; CHECK-LABEL: @read_before_write(
; CHECK-NOT: @__tsan_read4
; CHECK: call void @__tsan_write4(ptr @global)
; ALL-LABEL: @read_before_write(
; ALL: call void @__tsan_read4(ptr @global)
; ALL: call void @__tsan_write4(ptr @global)
define void @read_before_write() sanitize_thread {
  %old = load i32, ptr @global
  %new = add i32 %old, 1
  store i32 %new, ptr @global
  ret void
}

; A call may order the write, or never return.
; CHECK-LABEL: @read_call_write(
; CHECK: call void @__tsan_read4(ptr @global)
; CHECK: call void @__tsan_write4(ptr @global)
define void @read_call_write() sanitize_thread {
  %old = load i32, ptr @global
  call void @unknown()
  store i32 %old, ptr @global
  ret void
}

; The write is not sure to happen.
; CHECK-LABEL: @read_maybe_write(
; CHECK: call void @__tsan_read4(ptr @global)
; CHECK: call void @__tsan_write4(ptr @global)
define void @read_maybe_write() sanitize_thread {
  %old = load i32, ptr @global
  %c = icmp eq i32 %old, 0
  br i1 %c, label %then, label %end
then:
  store i32 1, ptr @global
  br label %end
end:
  ret void
}

; The write is narrower.
; CHECK-LABEL: @wide_read_narrow_write(
; CHECK: call void @__tsan_read4(ptr %p)
; CHECK: call void @__tsan_write1(ptr %p)
define void @wide_read_narrow_write(ptr %p) sanitize_thread {
  %old = load i32, ptr %p
  store i8 1, ptr %p
  ret void
}

; CHECK-LABEL: @repeated(
; CHECK: call void @__tsan_write4(ptr %p)
; CHECK-NOT: @__tsan
; CHECK: ret
; ALL-LABEL: @repeated(
; ALL-COUNT-4: call void @__tsan_{{.*}}4(ptr
define void @repeated(ptr %p) sanitize_thread {
  store i32 1, ptr %p
  %1 = load i32, ptr %p
  store i32 2, ptr %p
  %same = getelementptr i8, ptr %p, i64 0
  %2 = load i32, ptr %same
  ret void
}

; CHECK-LABEL: @repeated_narrower(
; CHECK: call void @__tsan_read8(ptr %p)
; CHECK-NOT: @__tsan
; CHECK: ret
define void @repeated_narrower(ptr %p) sanitize_thread {
  %1 = load i64, ptr %p
  %2 = load i32, ptr %p
  ret void
}

; A read does not stand for a write.
; CHECK-LABEL: @repeated_stronger(
; CHECK: call void @__tsan_read4(ptr %p)
; CHECK: call void @__tsan_write4(ptr %p)
define void @repeated_stronger(ptr %p) sanitize_thread {
  %1 = load i32, ptr %p
  %d = udiv i32 1, %1
  call void @leaf()
  call void @unknown()
  store i32 2, ptr %p
  ret void
}

; Across a call that neither synchronises nor stays away, but not across an atomic operation.
; CHECK-LABEL: @repeated_across_calls(
; CHECK: call void @__tsan_read4(ptr %p)
; CHECK: call void @leaf()
; CHECK-NOT: call void @__tsan_read4(ptr %p)
; CHECK: call i32 @__tsan_atomic32_load
; CHECK: call void @__tsan_read4(ptr %p)
define void @repeated_across_calls(ptr %p, ptr %q) sanitize_thread {
  %1 = load i32, ptr %p
  call void @leaf()
  %2 = load i32, ptr %p
  %3 = load atomic i32, ptr %q acquire, align 4
  %4 = load i32, ptr %p
  ret void
}

; Re-storing a vtable pointer is no write: it stands for nothing.
; CHECK-LABEL: @vptr_update_covers_nothing(
; CHECK: call void @__tsan_vptr_update(
; CHECK: call void @__tsan_write8(ptr %p)
define void @vptr_update_covers_nothing(ptr %p, ptr %v) sanitize_thread {
  store ptr %v, ptr %p, !tbaa !0
  store ptr null, ptr %p
  ret void
}

; CHECK-LABEL: @dominated(
; CHECK: call void @__tsan_write4(ptr %p)
; CHECK: then:
; CHECK-NOT: @__tsan
; CHECK: ret void
define void @dominated(ptr %p, i1 %c) sanitize_thread {
  store i32 1, ptr %p
  br i1 %c, label %then, label %end
then:
  %1 = load i32, ptr %p
  br label %end
end:
  store i32 2, ptr %p
  ret void
}

; CHECK-LABEL: @boundary_on_one_path(
; CHECK: call void @__tsan_write4(ptr %p)
; CHECK: end:
; CHECK: call void @__tsan_write4(ptr %p)
define void @boundary_on_one_path(ptr %p, i1 %c) sanitize_thread {
  store i32 1, ptr %p
  br i1 %c, label %then, label %end
then:
  call void @unknown()
  br label %end
end:
  store i32 2, ptr %p
  ret void
}

; CHECK-LABEL: @loop(
; CHECK: call void @__tsan_write4(ptr %p)
; CHECK: body:
; CHECK-NOT: @__tsan
; CHECK: ret void
define void @loop(ptr %p) sanitize_thread {
  store i32 1, ptr %p
  br label %body
body:
  %i = phi i32 [ 0, %0 ], [ %next, %body ]
  store i32 %i, ptr %p
  %next = add i32 %i, 1
  %c = icmp ult i32 %next, 10
  br i1 %c, label %body, label %end
end:
  ret void
}

; The second iteration comes after a boundary.
; CHECK-LABEL: @loop_with_boundary(
; CHECK: call void @__tsan_write4(ptr %p)
; CHECK: body:
; CHECK: call void @__tsan_write4(ptr %p)
; CHECK: call void @unknown()
define void @loop_with_boundary(ptr %p) sanitize_thread {
  store i32 1, ptr %p
  br label %body
body:
  %i = phi i32 [ 0, %0 ], [ %next, %body ]
  store i32 %i, ptr %p
  call void @unknown()
  %next = add i32 %i, 1
  %c = icmp ult i32 %next, 10
  br i1 %c, label %body, label %end
end:
  ret void
}

; One arm does not stand for the other, nor for what follows.
; CHECK-LABEL: @siblings(
; CHECK: then:
; CHECK: call void @__tsan_write4(ptr %p)
; CHECK: else:
; CHECK: call void @__tsan_write4(ptr %p)
; CHECK: end:
; CHECK: call void @__tsan_write4(ptr %p)
define void @siblings(ptr %p, i1 %c) sanitize_thread {
  br i1 %c, label %then, label %else
then:
  store i32 1, ptr %p
  br label %end
else:
  store i32 2, ptr %p
  br label %end
end:
  store i32 3, ptr %p
  ret void
}

declare void @unknown()
declare void @leaf() nosync nounwind willreturn

!0 = !{!1, !1, i64 0}
!1 = !{!"vtable pointer", !2, i64 0}
!2 = !{!"Simple C++ TBAA"}
!3 = !{}
