; Plain loads and stores: which hook each calls.
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan,verify -hbsan-inline-checks=0 -hbsan-cold-calls=0 -S %s | FileCheck %s
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: @read_sizes(
; CHECK: call void @__tsan_read1(ptr %a)
; CHECK-NEXT: load i8, ptr %a
; CHECK: call void @__tsan_read2(ptr %b)
; CHECK-NEXT: load i16
; CHECK: call void @__tsan_read4(ptr %c)
; CHECK-NEXT: load float
; CHECK: call void @__tsan_read8(ptr %d)
; CHECK-NEXT: load ptr
; CHECK: call void @__tsan_read16(ptr %e)
; CHECK-NEXT: load <4 x i32>
define void @read_sizes(ptr %a, ptr %b, ptr %c, ptr %d, ptr %e) sanitize_thread {
  %1 = load i8, ptr %a, align 1
  %2 = load i16, ptr %b, align 2
  %3 = load float, ptr %c, align 4
  %4 = load ptr, ptr %d, align 8
  %5 = load <4 x i32>, ptr %e, align 16
  ret void
}

; CHECK-LABEL: @write_sizes(
; CHECK: call void @__tsan_write1(ptr %a)
; CHECK-NEXT: store i1
; CHECK: call void @__tsan_write2(ptr %b)
; CHECK: call void @__tsan_write4(ptr %c)
; CHECK: call void @__tsan_write8(ptr %d)
; CHECK: call void @__tsan_write16(ptr %e)
define void @write_sizes(ptr %a, ptr %b, ptr %c, ptr %d, ptr %e) sanitize_thread {
  store i1 true, ptr %a, align 1
  store half 1.0, ptr %b, align 2
  store i32 3, ptr %c, align 4
  store double 4.0, ptr %d, align 8
  store i128 5, ptr %e, align 16
  ret void
}

; An alignment of 8 is enough for 16 bytes, as in the stock pass.
; CHECK-LABEL: @unaligned(
; CHECK: call void @__tsan_unaligned_read2(ptr %a)
; CHECK: call void @__tsan_unaligned_write4(ptr %b)
; CHECK: call void @__tsan_unaligned_read8(ptr %c)
; CHECK: call void @__tsan_unaligned_write16(ptr %d)
; CHECK: call void @__tsan_read16(ptr %e)
define void @unaligned(ptr %a, ptr %b, ptr %c, ptr %d, ptr %e) sanitize_thread {
  %1 = load i16, ptr %a, align 1
  store i32 3, ptr %b, align 2
  %2 = load i64, ptr %c, align 4
  store i128 5, ptr %d, align 4
  %3 = load i128, ptr %e, align 8
  ret void
}

; CHECK-LABEL: @odd_sizes(
; CHECK: call void @__tsan_read_range(ptr %a, i64 3)
; CHECK: call void @__tsan_write_range(ptr %b, i64 10)
; CHECK: call void @__tsan_read_range(ptr %c, i64 12)
; CHECK: call void @__tsan_write_range(ptr %d, i64 64)
define void @odd_sizes(ptr %a, ptr %b, ptr %c, ptr %d) sanitize_thread {
  %1 = load i24, ptr %a, align 4
  store x86_fp80 0xK00000000000000000000, ptr %b, align 16
  %2 = load <3 x float>, ptr %c, align 16
  store <16 x i32> zeroinitializer, ptr %d, align 64
  ret void
}

; CHECK-LABEL: @scalable(
; CHECK: [[VSCALE:%.*]] = call i64 @llvm.vscale.i64()
; CHECK: [[SIZE:%.*]] = mul i64 [[VSCALE]], 16
; CHECK: call void @__tsan_read_range(ptr %a, i64 [[SIZE]])
define void @scalable(ptr %a) sanitize_thread {
  %1 = load <vscale x 4 x i32>, ptr %a, align 16
  ret void
}

; The padding inside an aggregate is not accessed.
; CHECK-LABEL: @aggregates(
; CHECK: call void @__tsan_write1(ptr %a)
; CHECK: [[FIELD:%.*]] = getelementptr i8, ptr %a, i64 4
; CHECK: call void @__tsan_write_range(ptr [[FIELD]], i64 5)
; CHECK: call void @__tsan_unaligned_read8(ptr %b)
; CHECK: call void @__tsan_read_range(ptr %c, i64 12)
define void @aggregates(ptr %a, ptr %b, ptr %c) sanitize_thread {
  store { i8, i32, i8 } zeroinitializer, ptr %a, align 8
  %1 = load { i32, i32 }, ptr %b, align 4
  %2 = load [3 x { i16, i16 }], ptr %c, align 4
  ret void
}

; CHECK-LABEL: @volatile_is_plain(
; CHECK: call void @__tsan_read4(ptr %a)
; CHECK-NEXT: load volatile
define i32 @volatile_is_plain(ptr %a) sanitize_thread {
  %1 = load volatile i32, ptr %a, align 4
  ret i32 %1
}

; CHECK-LABEL: @vtable_pointers(
; CHECK: call void @__tsan_vptr_update(ptr %a, ptr %v)
; CHECK: call void @__tsan_vptr_read(ptr %b)
; CHECK: call void @__tsan_vptr_update(ptr %c, ptr {{.*}})
; CHECK: [[SECOND:%.*]] = getelementptr i8, ptr %c, i64 8
; CHECK: [[VALUE:%.*]] = extractelement <2 x ptr> %vs, i64 1
; CHECK: call void @__tsan_vptr_update(ptr [[SECOND]], ptr [[VALUE]])
define void @vtable_pointers(ptr %a, ptr %b, ptr %c, ptr %v, <2 x ptr> %vs) sanitize_thread {
  store ptr %v, ptr %a, align 8, !tbaa !0
  %1 = load ptr, ptr %b, align 8, !tbaa !0
  store <2 x ptr> %vs, ptr %c, align 8, !tbaa !0
  ret void
}

@__llvm_gcov_ctr = internal global [1 x i64] zeroinitializer
@__profc_f = private global [1 x i64] zeroinitializer, section "__llvm_prf_cnts"
; CHECK-LABEL: @not_checked(
; CHECK-NOT: call
; CHECK: ret void
define void @not_checked(ptr addrspace(256) %fs, ptr swifterror %error, ptr %p) sanitize_thread {
  %1 = load i32, ptr addrspace(256) %fs, align 4
  %2 = load ptr, ptr %error, align 8
  store i64 1, ptr @__llvm_gcov_ctr, align 8
  store i64 1, ptr @__profc_f, align 8
  store i32 1, ptr %p, align 4, !nosanitize !3
  ret void
}

; The caller reads what it passes by value.
; CHECK-LABEL: @passes_by_value(
; CHECK: call void @__tsan_read_range(ptr %p, i64 24)
; CHECK-NEXT: call void @takes_by_value(ptr byval([24 x i8]) align 8 %p)
define void @passes_by_value(ptr %p) sanitize_thread {
  call void @takes_by_value(ptr byval([24 x i8]) align 8 %p)
  ret void
}
declare void @takes_by_value(ptr byval([24 x i8]) align 8)

; CHECK: declare void @__tsan_read4(ptr) [[NOUNWIND:#[0-9]+]]
; CHECK: attributes [[NOUNWIND]] = { nounwind }
; CHECK: attributes {{.*}} = { nomerge nounwind }

!0 = !{!1, !1, i64 0}
!1 = !{!"vtable pointer", !2, i64 0}
!2 = !{!"Simple C++ TBAA"}
!3 = !{}
