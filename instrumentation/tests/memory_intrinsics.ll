; memcpy, memmove and memset: hooks replace those that would become calls; short ones are checked and stay inline.
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan,verify -hbsan-inline-checks=0 -hbsan-cold-calls=0 -S %s | FileCheck %s
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: @replaced(
; CHECK: call ptr @__tsan_memcpy(ptr %d, ptr %s, i64 %n)
; CHECK: [[N:%.*]] = zext i32 %m to i64
; CHECK: call ptr @__tsan_memmove(ptr %d, ptr %s, i64 [[N]])
; CHECK: [[V:%.*]] = zext i8 %v to i32
; CHECK: call ptr @__tsan_memset(ptr %d, i32 zeroext [[V]], i64 1000)
; CHECK-NOT: @llvm.mem
define void @replaced(ptr %d, ptr %s, i64 %n, i32 %m, i8 %v) sanitize_thread {
  call void @llvm.memcpy.p0.p0.i64(ptr %d, ptr %s, i64 %n, i1 false)
  call void @llvm.memmove.p0.p0.i32(ptr %d, ptr %s, i32 %m, i1 true)
  call void @llvm.memset.p0.i64(ptr %d, i8 %v, i64 1000, i1 false)
  ret void
}

; CHECK-LABEL: @short(
; CHECK: call void @__tsan_read16(ptr %s)
; CHECK-NEXT: call void @__tsan_write16(ptr %d)
; CHECK-NEXT: call void @llvm.memcpy
; CHECK: call void @__tsan_write_range(ptr %e, i64 24)
; CHECK-NEXT: call void @llvm.memset
define void @short(ptr %d, ptr %s, ptr %e) sanitize_thread {
  call void @llvm.memcpy.p0.p0.i64(ptr align 8 %d, ptr align 8 %s, i64 16, i1 false)
  call void @llvm.memset.p0.i64(ptr %e, i8 0, i64 24, i1 false)
  ret void
}

; CHECK-LABEL: @one_side_private(
; CHECK: call void @__tsan_read_range(ptr %s, i64 32)
; CHECK-NEXT: call void @llvm.memcpy
define i8 @one_side_private(ptr %s) sanitize_thread {
  %local = alloca [32 x i8]
  call void @llvm.memcpy.p0.p0.i64(ptr %local, ptr %s, i64 32, i1 false)
  %1 = load i8, ptr %local
  ret i8 %1
}

; CHECK-LABEL: @all_private(
; CHECK-NOT: call void @__tsan
; CHECK: call void @llvm.memset.p0.i64(ptr %local
define void @all_private() sanitize_thread {
  %local = alloca [320 x i8]
  call void @llvm.memset.p0.i64(ptr %local, i8 0, i64 320, i1 false)
  ret void
}

; No call may be made of these.
; CHECK-LABEL: @inline_forms(
; CHECK: call void @__tsan_read_range(ptr %s, i64 500)
; CHECK: call void @__tsan_write_range(ptr %d, i64 500)
; CHECK: call void @llvm.memcpy.inline
; CHECK: call void @__tsan_write_range(ptr %e, i64 400)
; CHECK: call void @llvm.memset.inline
define void @inline_forms(ptr %d, ptr %s, ptr %e) sanitize_thread {
  call void @llvm.memcpy.inline.p0.p0.i64(ptr %d, ptr %s, i64 500, i1 false)
  call void @llvm.memset.inline.p0.i64(ptr %e, i8 0, i64 400, i1 false)
  ret void
}

; CHECK-LABEL: @empty(
; CHECK-NOT: call void @__tsan
; CHECK: ret void
define void @empty(ptr %d, ptr %s) sanitize_thread {
  call void @llvm.memcpy.p0.p0.i64(ptr %d, ptr %s, i64 0, i1 false)
  ret void
}

; Loads take its place.
; CHECK-LABEL: @short_comparison(
; CHECK: call void @__tsan_read_range(ptr %a, i64 12)
; CHECK: call void @__tsan_read_range(ptr %b, i64 12)
; CHECK: [[A:%.*]] = load i64, ptr {{.*}}, align 1, !nosanitize
; CHECK: [[B:%.*]] = load i64, ptr {{.*}}, align 1, !nosanitize
; CHECK: xor i64 [[A]], [[B]]
; CHECK: load i32, {{.*}} !nosanitize
; CHECK: [[DIFFER:%.*]] = icmp ne i64 {{.*}}, 0
; CHECK: [[RESULT:%.*]] = zext i1 [[DIFFER]] to i32
; CHECK: ret i32 [[RESULT]]
define i32 @short_comparison(ptr %a, ptr %b) sanitize_thread {
  %1 = call i32 @bcmp(ptr %a, ptr %b, i64 12)
  ret i32 %1
}

; The runtime's interceptor checks a library call; code generation must not expand it.
; CHECK-LABEL: @library_call(
; CHECK-NOT: __tsan_
; CHECK: call i32 @memcmp(ptr %a, ptr %b, i64 8) [[NOBUILTIN:#[0-9]+]]
; CHECK: attributes [[NOBUILTIN]] = { nobuiltin }
define i32 @library_call(ptr %a, ptr %b) sanitize_thread {
  %1 = call i32 @memcmp(ptr %a, ptr %b, i64 8)
  ret i32 %1
}

declare i32 @memcmp(ptr, ptr, i64)
declare i32 @bcmp(ptr, ptr, i64)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memmove.p0.p0.i32(ptr, ptr, i32, i1)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
declare void @llvm.memcpy.inline.p0.p0.i64(ptr, ptr, i64 immarg, i1)
declare void @llvm.memset.inline.p0.i64(ptr, i8, i64 immarg, i1)
