; The test of an access before its hook is called, one rule a function, and what turns it off.
; RUN: opt -load-pass-plugin=%plugin -hbsan-small-straight-code=0 -passes=hbsan,verify -S %s | FileCheck %s
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan,verify -S %s | FileCheck %s --check-prefix=CALLS
; RUN: opt -load-pass-plugin=%plugin -hbsan-small-straight-code=0 -passes=hbsan,function\(tsan\) -S %s | FileCheck %s --check-prefix=STOCK
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan -hbsan-inline-checks=0 -S %s | FileCheck %s --check-prefix=CALLS
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan -hbsan-inline-limit=1 -S %s | FileCheck %s --check-prefix=CALLS
; RUN: opt -load-pass-plugin=%plugin -hbsan-small-straight-code=0 -passes=hbsan -hbsan-cold-calls=0 -S %s | FileCheck %s --check-prefix=PLAIN
; RUN: opt -load-pass-plugin=%plugin -hbsan-small-straight-code=0 -passes=hbsan -hbsan-stats -disable-output %s 2>&1 | FileCheck %s --check-prefix=STATS
; RUN: opt -load-pass-plugin=%plugin -hbsan-small-straight-code=0 -passes=hbsan -hbsan-split-accesses=0 -S %s | FileCheck %s --check-prefix=UNSPLIT
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

; STATS-DAG: 17 hbsan - Accesses checked inline
; STATS-DAG: 18 hbsan - Hooks called that preserve all registers
; STATS-DAG: 2 hbsan - Accesses checked inline in parts

; STOCK-NOT: call i32 @__tsan_atomic32_load

; A whole cell, of the present epoch if its record is one of those that the thread made in it.
; CHECK-LABEL: @write_cell(
; CHECK: [[ADDRESS:%.*]] = ptrtoint ptr %p to i64
; CHECK-NEXT: [[PLANE:%.*]] = load volatile i64, ptr getelementptr inbounds (i8, ptr @__hbsan_hot, i64 16)
; CHECK-NEXT: [[CELLS:%.*]] = inttoptr i64 [[PLANE]] to ptr
; CHECK-NEXT: [[KEY:%.*]] = shl i64 [[ADDRESS]], 20
; CHECK-NEXT: [[INDEX:%.*]] = lshr i64 [[KEY]], 23
; CHECK-NEXT: [[CELL:%.*]] = getelementptr i32, ptr [[CELLS]], i64 [[INDEX]]
; CHECK-NEXT: [[ID:%.*]] = load atomic i32, ptr [[CELL]] monotonic, align 4, !nosanitize
; CHECK-NEXT: [[FIRST:%.*]] = load volatile i32, ptr getelementptr inbounds (i8, ptr @__hbsan_hot, i64 8)
; CHECK-NEXT: [[DISTANCE:%.*]] = sub i32 [[ID]], [[FIRST]]
; CHECK-NEXT: [[COUNT:%.*]] = load volatile i32, ptr getelementptr inbounds (i8, ptr @__hbsan_hot, i64 12)
; CHECK-NEXT: [[MISS:%.*]] = icmp uge i32 [[DISTANCE]], [[COUNT]]
; CHECK-NEXT: br i1 [[MISS]], label %[[COLD:.*]], label %[[GO_ON:.*]], !prof
; CHECK: [[COLD]]:
; CHECK-NEXT: call preserve_allcc void @__hbsan_cold_write8(ptr %p)
; CHECK-NEXT: br label %[[GO_ON]]
; CHECK: [[GO_ON]]:
; CHECK-NEXT: store i64 1, ptr %p
; CALLS-LABEL: @write_cell(
; CALLS-NOT: load atomic
; CALLS: call preserve_allcc void @__hbsan_write8(ptr %p)
; CALLS-NEXT: store
; PLAIN-LABEL: @write_cell(
; PLAIN: load atomic
; PLAIN: call void @__tsan_write8(ptr %p)
define void @write_cell(ptr %p) sanitize_thread {
  store i64 1, ptr %p, align 8
  ret void
}

; CHECK-LABEL: @read_cell(
; CHECK: load volatile i64, ptr getelementptr inbounds (i8, ptr @__hbsan_hot, i64 24)
; CHECK: call preserve_allcc void @__hbsan_cold_read8(ptr %p)
define i64 @read_cell(ptr %p) sanitize_thread {
  %r = load i64, ptr %p, align 8
  ret i64 %r
}

; Which half of its cell is known at run time: the other one need not be covered.
; CHECK-LABEL: @some_half(
; CHECK: [[ID:%.*]] = load atomic i32
; CHECK: [[WHICH:%.*]] = and i64 {{.*}}, 4
; CHECK-NEXT: [[SLOT:%.*]] = getelementptr i8, ptr getelementptr inbounds (i8, ptr @__hbsan_hot, i64 56), i64 [[WHICH]]
; CHECK-NEXT: [[OTHER:%.*]] = load i32, ptr [[SLOT]]
; CHECK-NEXT: or i32 [[ID]], [[OTHER]]
; CHECK-NOT: or i1
; CHECK: call preserve_allcc void @__hbsan_cold_write4(
define void @some_half(ptr %p) sanitize_thread {
  store i32 1, ptr %p, align 4
  ret void
}

; CHECK-LABEL: @lower_half(
; CHECK: or i32 {{.*}}, -2147483648
define void @lower_half(ptr align 8 %p) sanitize_thread {
  store i32 1, ptr %p, align 4
  ret void
}

; CHECK-LABEL: @upper_half(
; CHECK: or i32 {{.*}}, 1073741824
define void @upper_half(ptr align 8 %p) sanitize_thread {
  %q = getelementptr i8, ptr %p, i64 4
  store i32 1, ptr %q, align 4
  ret void
}

; CHECK-LABEL: @byte(
; CHECK: load i32, ptr {{.*}}
; CHECK-NOT: or i1
; CHECK: call preserve_allcc void @__hbsan_cold_read1(
define i8 @byte(ptr %p) sanitize_thread {
  %r = load i8, ptr %p
  ret i8 %r
}

; Two cells.
; CHECK-LABEL: @two_cells(
; CHECK: [[FIRST:%.*]] = load atomic i32
; CHECK: [[NEXT:%.*]] = add i64 {{.*}}, 1
; CHECK: load atomic i32
; CHECK: or i1
; CHECK-NOT: or i1
; CHECK: call preserve_allcc void @__hbsan_cold_write16(
define void @two_cells(ptr %p) sanitize_thread {
  store <2 x i64> zeroinitializer, ptr %p, align 16
  ret void
}

; What may lie in two cells, or halves, is left to the hook if it does.
; CHECK-LABEL: @unaligned_word(
; CHECK: [[WITHIN:%.*]] = and i64 {{.*}}, 7
; CHECK-NEXT: [[STRADDLES:%.*]] = icmp ugt i64 [[WITHIN]], 0
; CHECK-NEXT: or i1 {{.*}}, [[STRADDLES]]
; CHECK: call preserve_allcc void @__hbsan_cold_write8(
define void @unaligned_word(ptr %p) sanitize_thread {
  store i64 1, ptr %p, align 4
  ret void
}

; CHECK-LABEL: @unaligned_half(
; CHECK: [[WITHIN:%.*]] = and i64 {{.*}}, 3
; CHECK-NEXT: [[STRADDLES:%.*]] = icmp ugt i64 [[WITHIN]], 0
define void @unaligned_half(ptr %p) sanitize_thread {
  store i32 1, ptr %p, align 1
  ret void
}

; CHECK-LABEL: @unaligned_pair(
; CHECK: [[WITHIN:%.*]] = and i64 {{.*}}, 3
; CHECK-NEXT: [[STRADDLES:%.*]] = icmp ugt i64 [[WITHIN]], 2
define void @unaligned_pair(ptr %p) sanitize_thread {
  store i16 1, ptr %p, align 1
  ret void
}

; CHECK-LABEL: @unaligned_vector(
; CHECK: [[WITHIN:%.*]] = and i64 {{.*}}, 7
; CHECK-NEXT: [[STRADDLES:%.*]] = icmp ugt i64 [[WITHIN]], 0
define void @unaligned_vector(ptr %p) sanitize_thread {
  store <4 x i32> zeroinitializer, ptr %p, align 4
  ret void
}

; CHECK-LABEL: @vtable(
; CHECK: load atomic i32
; CHECK: call preserve_allcc void @__hbsan_cold_vptr_read(ptr %p)
; PLAIN-LABEL: @vtable(
; PLAIN: call void @__tsan_vptr_read(ptr %p)
define ptr @vtable(ptr %p) sanitize_thread {
  %r = load ptr, ptr %p, !tbaa !0
  ret ptr %r
}

; To be small.
; CHECK-LABEL: @small(
; CHECK-NOT: load atomic
; CHECK: call preserve_allcc void @__hbsan_write8(ptr %p)
define void @small(ptr %p) optsize sanitize_thread {
  store i64 1, ptr %p
  ret void
}

; No power of two: in parts.
; CHECK-LABEL: @odd_size(
; CHECK: call preserve_allcc void @__hbsan_cold_write2(ptr %p)
; CHECK: [[LAST:%.*]] = getelementptr i8, ptr %p, i64 2
; CHECK: call preserve_allcc void @__hbsan_cold_write1(ptr [[LAST]])
; UNSPLIT-LABEL: @odd_size(
; UNSPLIT-NOT: load atomic
; UNSPLIT: call void @__tsan_write_range(ptr %p, i64 3)
define void @odd_size(ptr %p) sanitize_thread {
  store i24 1, ptr %p
  ret void
}

; CHECK-LABEL: @aligned_size(
; CHECK: call preserve_allcc void @__hbsan_cold_read16(ptr %p)
; CHECK: [[LAST:%.*]] = getelementptr i8, ptr %p, i64 16
; CHECK: call preserve_allcc void @__hbsan_cold_read8(ptr [[LAST]])
define void @aligned_size(ptr %p) sanitize_thread {
  %r = load [3 x i64], ptr %p, align 8
  ret void
}

; Too many parts.
; CHECK-LABEL: @large(
; CHECK-NOT: load atomic
; CHECK: call void @__tsan_read_range(ptr %p, i64 72)
define void @large(ptr %p) sanitize_thread {
  %r = load [9 x i64], ptr %p, align 8
  ret void
}

; Static allocas stay in the entry block.
; CHECK-LABEL: @allocas(
; CHECK-NEXT: %a = alloca i32
; CHECK-NEXT: %b = alloca i64
; CHECK-NEXT: load ptr, ptr @__hbsan_hot
define void @allocas(ptr align 8 %p) sanitize_thread {
  %a = alloca i32
  store i64 1, ptr %p
  %b = alloca i64
  call void @takes(ptr %a, ptr %b)
  ret void
}

; CHECK-DAG: declare preserve_allcc void @__hbsan_cold_write8(ptr) [[HOOK:#[0-9]+]]
; CHECK-DAG: attributes [[HOOK]] = { nounwind nonlazybind }

declare void @takes(ptr, ptr)

!0 = !{!1, !1, i64 0}
!1 = !{!"vtable pointer", !2, i64 0}
!2 = !{!"Simple C++ TBAA"}
