; Atomic operations without a hook of their own are built from those that have one.
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan,verify -S %s | FileCheck %s
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: @minimum(
; CHECK: [[GUESS:%.*]] = call i32 @__tsan_atomic32_load(ptr %p, i32 zeroext 0)
; CHECK: rmw.loop:
; CHECK-NEXT: [[SEEN:%.*]] = phi i32 [ [[GUESS]], {{.*}} ], [ [[OLD:%.*]], %rmw.loop ]
; CHECK: [[NEW:%.*]] = select i1 {{.*}}, i32 [[SEEN]], i32 %v
; CHECK: call i32 @__tsan_atomic32_compare_exchange_val(ptr %p, i32 zeroext [[SEEN]], i32 zeroext [[NEW]], i32 zeroext 4, i32 zeroext 2)
; CHECK: br i1 {{.*}}, label %rmw.end, label %rmw.loop
; CHECK: rmw.end:
; CHECK: ret i32 [[SEEN]]
define i32 @minimum(ptr %p, i32 %v) sanitize_thread {
  %old = atomicrmw min ptr %p, i32 %v acq_rel
  ret i32 %old
}

; CHECK-LABEL: @float_add(
; CHECK: fadd double
; CHECK: call i64 @__tsan_atomic64_compare_exchange_val(ptr %p, i64 {{.*}}, i64 {{.*}}, i32 zeroext 5, i32 zeroext 5)
define double @float_add(ptr %p, double %v) sanitize_thread {
  %old = atomicrmw fadd ptr %p, double %v seq_cst
  ret double %old
}

; CHECK-LABEL: @others(
; CHECK-NOT: atomicrmw
; CHECK: ret void
define void @others(ptr %p) sanitize_thread {
  %1 = atomicrmw max ptr %p, i8 1 seq_cst
  %2 = atomicrmw umin ptr %p, i16 1 seq_cst
  %3 = atomicrmw umax ptr %p, i64 1 seq_cst
  %4 = atomicrmw uinc_wrap ptr %p, i32 9 seq_cst
  %5 = atomicrmw udec_wrap ptr %p, i32 9 seq_cst
  %6 = atomicrmw fsub ptr %p, float 1.0 seq_cst
  %7 = atomicrmw fmax ptr %p, float 1.0 seq_cst
  %8 = atomicrmw fmin ptr %p, <2 x half> <half 1.0, half 1.0> seq_cst
  ret void
}

; CHECK-LABEL: @copy_elements(
; CHECK: call i32 @__tsan_atomic32_load(ptr {{.*}}, i32 zeroext 0)
; CHECK: call void @__tsan_atomic32_store(ptr {{.*}}, i32 zeroext {{.*}}, i32 zeroext 0)
; CHECK-NOT: call void @llvm.memcpy
define void @copy_elements(ptr %d, ptr %s, i64 %n) sanitize_thread {
  call void @llvm.memcpy.element.unordered.atomic.p0.p0.i64(ptr align 4 %d, ptr align 4 %s, i64 %n, i32 4)
  ret void
}

; CHECK-LABEL: @move_elements(
; CHECK: [[DESCENDS:%.*]] = icmp ult ptr %s, %d
; CHECK: select i1 [[DESCENDS]]
; CHECK: call i64 @__tsan_atomic64_load(
; CHECK: call void @__tsan_atomic64_store(
define void @move_elements(ptr %d, ptr %s, i64 %n) sanitize_thread {
  call void @llvm.memmove.element.unordered.atomic.p0.p0.i64(ptr align 8 %d, ptr align 8 %s, i64 %n, i32 8)
  ret void
}

; CHECK-LABEL: @set_elements(
; CHECK: [[WIDE:%.*]] = zext i8 %v to i16
; CHECK: [[PATTERN:%.*]] = mul i16 [[WIDE]], 257
; CHECK: call void @__tsan_atomic16_store(ptr {{.*}}, i16 zeroext [[PATTERN]], i32 zeroext 0)
define void @set_elements(ptr %d, i8 %v) sanitize_thread {
  call void @llvm.memset.element.unordered.atomic.p0.i64(ptr align 2 %d, i8 %v, i64 64, i32 2)
  ret void
}

declare void @llvm.memcpy.element.unordered.atomic.p0.p0.i64(ptr, ptr, i64, i32)
declare void @llvm.memmove.element.unordered.atomic.p0.p0.i64(ptr, ptr, i64, i32)
declare void @llvm.memset.element.unordered.atomic.p0.i64(ptr, i8, i64, i32)
