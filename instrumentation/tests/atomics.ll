; Atomic operations are performed by hooks.
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan,verify -hbsan-inline-checks=0 -hbsan-cold-calls=0 -S %s | FileCheck %s
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: @loads(
; CHECK: call i8 @__tsan_atomic8_load(ptr %p, i32 zeroext 0)
; CHECK: call i16 @__tsan_atomic16_load(ptr %p, i32 zeroext 0)
; CHECK: call i32 @__tsan_atomic32_load(ptr %p, i32 zeroext 2)
; CHECK: call i64 @__tsan_atomic64_load(ptr %p, i32 zeroext 5)
; CHECK: call i128 @__tsan_atomic128_load(ptr %p, i32 zeroext 5)
; CHECK-NOT: load atomic
define void @loads(ptr %p) sanitize_thread {
  %1 = load atomic i8, ptr %p unordered, align 1
  %2 = load atomic i16, ptr %p monotonic, align 2
  %3 = load atomic i32, ptr %p acquire, align 4
  %4 = load atomic i64, ptr %p seq_cst, align 8
  %5 = load atomic volatile i128, ptr %p seq_cst, align 16
  ret void
}

; CHECK-LABEL: @stores(
; CHECK: call void @__tsan_atomic8_store(ptr %p, i8 zeroext 1, i32 zeroext 0)
; CHECK: call void @__tsan_atomic16_store(ptr %p, i16 zeroext 2, i32 zeroext 0)
; CHECK: call void @__tsan_atomic32_store(ptr %p, i32 zeroext 3, i32 zeroext 3)
; CHECK: call void @__tsan_atomic64_store(ptr %p, i64 4, i32 zeroext 5)
; CHECK: call void @__tsan_atomic128_store(ptr %p, i128 5, i32 zeroext 5)
; CHECK-NOT: store atomic
define void @stores(ptr %p) sanitize_thread {
  store atomic i8 1, ptr %p unordered, align 1
  store atomic i16 2, ptr %p monotonic, align 2
  store atomic i32 3, ptr %p release, align 4
  store atomic i64 4, ptr %p seq_cst, align 8
  store atomic i128 5, ptr %p seq_cst, align 16
  ret void
}

; CHECK-LABEL: @other_types(
; CHECK: [[BITS:%.*]] = call i32 @__tsan_atomic32_load(ptr %p, i32 zeroext 2)
; CHECK: bitcast i32 [[BITS]] to float
; CHECK: [[WORD:%.*]] = ptrtoint ptr %q to i64
; CHECK: call void @__tsan_atomic64_store(ptr %p, i64 [[WORD]], i32 zeroext 3)
; CHECK: [[OLD:%.*]] = call i64 @__tsan_atomic64_exchange(ptr %p, i64 {{.*}}, i32 zeroext 4)
; CHECK: inttoptr i64 [[OLD]] to ptr
; CHECK: call i64 @__tsan_atomic64_exchange(ptr %p, i64 {{.*}}, i32 zeroext 5)
; CHECK: bitcast i64 {{.*}} to double
define void @other_types(ptr %p, ptr %q) sanitize_thread {
  %1 = load atomic float, ptr %p acquire, align 4
  store atomic ptr %q, ptr %p release, align 8
  %2 = atomicrmw xchg ptr %p, ptr %q acq_rel
  %3 = atomicrmw xchg ptr %p, double 1.0 seq_cst
  ret void
}

; CHECK-LABEL: @rmw(
; CHECK: call i8 @__tsan_atomic8_exchange(ptr %p, i8 zeroext 1, i32 zeroext 0)
; CHECK: call i16 @__tsan_atomic16_fetch_add(ptr %p, i16 zeroext 1, i32 zeroext 2)
; CHECK: call i32 @__tsan_atomic32_fetch_sub(ptr %p, i32 zeroext 1, i32 zeroext 3)
; CHECK: call i64 @__tsan_atomic64_fetch_and(ptr %p, i64 1, i32 zeroext 4)
; CHECK: call i128 @__tsan_atomic128_fetch_or(ptr %p, i128 1, i32 zeroext 5)
; CHECK: call i32 @__tsan_atomic32_fetch_xor(ptr %p, i32 zeroext 1, i32 zeroext 5)
; CHECK: call i32 @__tsan_atomic32_fetch_nand(ptr %p, i32 zeroext 1, i32 zeroext 5)
define void @rmw(ptr %p) sanitize_thread {
  %1 = atomicrmw xchg ptr %p, i8 1 monotonic
  %2 = atomicrmw add ptr %p, i16 1 acquire
  %3 = atomicrmw sub ptr %p, i32 1 release
  %4 = atomicrmw and ptr %p, i64 1 acq_rel
  %5 = atomicrmw or ptr %p, i128 1 seq_cst
  %6 = atomicrmw xor ptr %p, i32 1 seq_cst
  %7 = atomicrmw nand ptr %p, i32 1 syncscope("singlethread") seq_cst
  ret void
}

; CHECK-LABEL: @compare_exchange(
; CHECK: [[OLD:%.*]] = call i32 @__tsan_atomic32_compare_exchange_val(ptr %p, i32 zeroext %e, i32 zeroext 7, i32 zeroext 4, i32 zeroext 2)
; CHECK: [[SUCCESS:%.*]] = icmp eq i32 [[OLD]], %e
; CHECK: [[PART:%.*]] = insertvalue { i32, i1 } poison, i32 [[OLD]], 0
; CHECK: %r = insertvalue { i32, i1 } [[PART]], i1 [[SUCCESS]], 1
; CHECK: call i64 @__tsan_atomic64_compare_exchange_val(ptr %p, i64 {{.*}}, i64 {{.*}}, i32 zeroext 0, i32 zeroext 0)
define { i32, i1 } @compare_exchange(ptr %p, i32 %e, ptr %q) sanitize_thread {
  %r = cmpxchg ptr %p, i32 %e, i32 7 acq_rel acquire
  %weak = cmpxchg weak ptr %p, ptr %q, ptr null monotonic monotonic
  ret { i32, i1 } %r
}

; CHECK-LABEL: @fences(
; CHECK: call void @__tsan_atomic_thread_fence(i32 zeroext 2)
; CHECK: call void @__tsan_atomic_thread_fence(i32 zeroext 3)
; CHECK: call void @__tsan_atomic_thread_fence(i32 zeroext 4)
; CHECK: call void @__tsan_atomic_thread_fence(i32 zeroext 5)
; CHECK: call void @__tsan_atomic_signal_fence(i32 zeroext 5)
define void @fences() sanitize_thread {
  fence acquire
  fence release
  fence acq_rel
  fence seq_cst
  fence syncscope("singlethread") seq_cst
  ret void
}

; Atomic with respect to this thread's signal handlers only: plain to other threads.
; CHECK-LABEL: @single_thread(
; CHECK: call void @__tsan_read4(ptr %p)
; CHECK-NEXT: load atomic
define i32 @single_thread(ptr %p) sanitize_thread {
  %1 = load atomic i32, ptr %p syncscope("singlethread") monotonic, align 4
  ret i32 %1
}

; No hook is as wide: a library call is made of it.
; CHECK-LABEL: @too_wide(
; CHECK: load atomic i256
define i256 @too_wide(ptr %p) sanitize_thread {
  %1 = load atomic i256, ptr %p seq_cst, align 32
  ret i256 %1
}
