; Vector accesses by lanes: exactly the enabled ones are checked.
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan,verify -hbsan-inline-checks=0 -hbsan-cold-calls=0 -S %s | FileCheck %s
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: @masked_load(
; CHECK: [[BITS:%.*]] = bitcast <4 x i1> %m to i4
; CHECK: [[I:%.*]] = phi i64 [ 0, {{.*}} ], [ [[NEXT:%.*]], {{.*}} ]
; CHECK: [[NARROW:%.*]] = trunc i64 [[I]] to i4
; CHECK: [[SHIFTED:%.*]] = lshr i4 [[BITS]], [[NARROW]]
; CHECK: [[ENABLED:%.*]] = trunc i4 [[SHIFTED]] to i1
; CHECK: br i1 [[ENABLED]]
; CHECK: [[OFFSET:%.*]] = mul i64 [[I]], 4
; CHECK: [[ADDRESS:%.*]] = getelementptr i8, ptr %p, i64 [[OFFSET]]
; CHECK: call void @__tsan_read4(ptr [[ADDRESS]])
; CHECK: icmp eq i64 [[NEXT]], 4
; CHECK: call <4 x i32> @llvm.masked.load
define <4 x i32> @masked_load(ptr %p, <4 x i1> %m) sanitize_thread {
  %r = call <4 x i32> @llvm.masked.load.v4i32.p0(ptr %p, i32 16, <4 x i1> %m, <4 x i32> zeroinitializer)
  ret <4 x i32> %r
}

; CHECK-LABEL: @masked_store(
; CHECK: call void @__tsan_unaligned_write8(
; CHECK: call void @llvm.masked.store
define void @masked_store(ptr %p, <2 x i64> %v, <2 x i1> %m) sanitize_thread {
  call void @llvm.masked.store.v2i64.p0(<2 x i64> %v, ptr %p, i32 4, <2 x i1> %m)
  ret void
}

; Runs of enabled lanes.
; CHECK-LABEL: @constant_mask(
; CHECK: call void @__tsan_read8(ptr %p)
; CHECK: [[LAST:%.*]] = getelementptr i8, ptr %p, i64 12
; CHECK: call void @__tsan_read4(ptr [[LAST]])
; CHECK-NEXT: call <4 x i32> @llvm.masked.load
define <4 x i32> @constant_mask(ptr %p) sanitize_thread {
  %r = call <4 x i32> @llvm.masked.load.v4i32.p0(ptr %p, i32 16, <4 x i1> <i1 1, i1 1, i1 0, i1 1>, <4 x i32> zeroinitializer)
  ret <4 x i32> %r
}

; CHECK-LABEL: @gather(
; CHECK: [[ADDRESS:%.*]] = extractelement <4 x ptr> %ps, i64 {{.*}}
; CHECK: call void @__tsan_read4(ptr [[ADDRESS]])
; CHECK: call <4 x float> @llvm.masked.gather
define <4 x float> @gather(<4 x ptr> %ps, <4 x i1> %m) sanitize_thread {
  %r = call <4 x float> @llvm.masked.gather.v4f32.v4p0(<4 x ptr> %ps, i32 4, <4 x i1> %m, <4 x float> zeroinitializer)
  ret <4 x float> %r
}

; CHECK-LABEL: @scatter(
; CHECK: call void @__tsan_write4(
; CHECK: call void @llvm.masked.scatter
define void @scatter(<4 x ptr> %ps, <4 x float> %v, <4 x i1> %m) sanitize_thread {
  call void @llvm.masked.scatter.v4f32.v4p0(<4 x float> %v, <4 x ptr> %ps, i32 4, <4 x i1> %m)
  ret void
}

; CHECK-LABEL: @packed(
; CHECK: [[COUNTED:%.*]] = zext <4 x i1> %m to <4 x i64>
; CHECK: [[COUNT:%.*]] = call i64 @llvm.vector.reduce.add.v4i64(<4 x i64> [[COUNTED]])
; CHECK: [[BYTES:%.*]] = mul i64 [[COUNT]], 4
; CHECK: call void @__tsan_read_range(ptr %p, i64 [[BYTES]])
; CHECK: call void @__tsan_write_range(ptr %p, i64 {{.*}})
define void @packed(ptr %p, <4 x i1> %m) sanitize_thread {
  %r = call <4 x i32> @llvm.masked.expandload.v4i32(ptr %p, <4 x i1> %m, <4 x i32> zeroinitializer)
  call void @llvm.masked.compressstore.v4i32(<4 x i32> %r, ptr %p, <4 x i1> %m)
  ret void
}

; CHECK-LABEL: @predicated(
; CHECK: [[COUNT:%.*]] = zext i32 %n to i64
; CHECK: [[IN:%.*]] = icmp ult i64 {{.*}}, [[COUNT]]
; CHECK: and i1 {{.*}}, [[IN]]
; CHECK: call void @__tsan_read4(
; CHECK: call <4 x i32> @llvm.vp.load
; CHECK: call void @__tsan_write4(
; CHECK: call void @llvm.vp.scatter
define void @predicated(ptr %p, <4 x ptr> %ps, <4 x i1> %m, i32 %n) sanitize_thread {
  %r = call <4 x i32> @llvm.vp.load.v4i32.p0(ptr align 4 %p, <4 x i1> %m, i32 %n)
  call void @llvm.vp.scatter.v4i32.v4p0(<4 x i32> %r, <4 x ptr> align 4 %ps, <4 x i1> %m, i32 %n)
  ret void
}

; CHECK-LABEL: @strided(
; CHECK: [[OFFSET:%.*]] = mul i64 {{.*}}, %s
; CHECK: [[ADDRESS:%.*]] = getelementptr i8, ptr %p, i64 [[OFFSET]]
; CHECK: call void @__tsan_write4(ptr [[ADDRESS]])
define void @strided(ptr %p, i64 %s, <4 x i32> %v, <4 x i1> %m, i32 %n) sanitize_thread {
  call void @llvm.experimental.vp.strided.store.v4i32.p0.i64(<4 x i32> %v, ptr align 4 %p, i64 %s, <4 x i1> %m, i32 %n)
  ret void
}

; CHECK-LABEL: @scalable(
; CHECK: [[ENABLED:%.*]] = extractelement <vscale x 4 x i1> %m, i64
; CHECK: br i1 [[ENABLED]]
; CHECK: call void @__tsan_read4(
define <vscale x 4 x i32> @scalable(ptr %p, <vscale x 4 x i1> %m) sanitize_thread {
  %r = call <vscale x 4 x i32> @llvm.masked.load.nxv4i32.p0(ptr %p, i32 4, <vscale x 4 x i1> %m, <vscale x 4 x i32> zeroinitializer)
  ret <vscale x 4 x i32> %r
}

; x86's own: the sign of a lane enables it.
; CHECK-LABEL: @avx(
; CHECK: [[SIGNS:%.*]] = icmp slt <8 x i32> %m, zeroinitializer
; CHECK: bitcast <8 x i1> [[SIGNS]] to i8
; CHECK: call void @__tsan_unaligned_read4(
; CHECK: call <8 x float> @llvm.x86.avx.maskload.ps.256
define <8 x float> @avx(ptr %p, <8 x i32> %m) sanitize_thread {
  %r = call <8 x float> @llvm.x86.avx.maskload.ps.256(ptr %p, <8 x i32> %m)
  ret <8 x float> %r
}

; Four indices, but two lanes.
; CHECK-LABEL: @avx2_gather(
; CHECK: [[INDEX:%.*]] = extractelement <4 x i32> %i, i64
; CHECK: [[WIDE:%.*]] = sext i32 [[INDEX]] to i64
; CHECK: mul i64 [[WIDE]], 8
; CHECK: call void @__tsan_unaligned_read8(
; CHECK: icmp eq i64 {{.*}}, 2
define <2 x double> @avx2_gather(<2 x double> %s, ptr %p, <4 x i32> %i, <2 x double> %m) sanitize_thread {
  %r = call <2 x double> @llvm.x86.avx2.gather.d.pd(<2 x double> %s, ptr %p, <4 x i32> %i, <2 x double> %m, i8 8)
  ret <2 x double> %r
}

; CHECK-LABEL: @avx512_scatter(
; CHECK: call void @__tsan_unaligned_write4(
; CHECK: call void @llvm.x86.avx512.mask.scatter
define void @avx512_scatter(ptr %p, <16 x i1> %m, <16 x i32> %i, <16 x float> %v) sanitize_thread {
  call void @llvm.x86.avx512.mask.scatter.dps.512(ptr %p, <16 x i1> %m, <16 x i32> %i, <16 x float> %v, i32 4)
  ret void
}

; CHECK-LABEL: @private(
; CHECK-NOT: @__tsan
; CHECK: ret
define <4 x i32> @private(<4 x i1> %m) sanitize_thread {
  %p = alloca <4 x i32>
  %r = call <4 x i32> @llvm.masked.load.v4i32.p0(ptr %p, i32 16, <4 x i1> %m, <4 x i32> zeroinitializer)
  ret <4 x i32> %r
}
