; Loads of the vectorizer: what lies between the elements that the program reads is not checked.
; RUN: opt -load-pass-plugin=%plugin -passes='hbsan,verify' -hbsan-inline-checks=0 -hbsan-cold-calls=0 -S %s | FileCheck %s
; RUN: opt -load-pass-plugin=%plugin -passes='function(hbsan-early-ranges),hbsan,verify' -hbsan-inline-checks=0 -hbsan-cold-calls=0 -S %s | FileCheck %s --check-prefix=EARLY
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

; CHECK-LABEL: @every_other(
; CHECK: call void @__tsan_read4(ptr %p)
; CHECK-NEXT: [[SECOND:%.*]] = getelementptr i8, ptr %p, i64 8
; CHECK-NEXT: call void @__tsan_unaligned_read8(ptr [[SECOND]])
; CHECK-NEXT: load <4 x i32>
; A vector that the program loads before any loop is vectorized counts as a whole.
; EARLY-LABEL: @every_other(
; EARLY: call void @__tsan_unaligned_read16(ptr %p)
; EARLY-NEXT: load <4 x i32>
define i32 @every_other(ptr %p) sanitize_thread "hbsan-vectorized" {
  %all = load <4 x i32>, ptr %p, align 4
  %some = shufflevector <4 x i32> %all, <4 x i32> poison, <2 x i32> <i32 0, i32 2>
  %last = extractelement <4 x i32> %all, i64 3
  %first = extractelement <2 x i32> %some, i64 0
  %sum = add i32 %first, %last
  ret i32 %sum
}

; Any other use is one of all lanes.
; CHECK-LABEL: @used_otherwise(
; CHECK: call void @__tsan_unaligned_read16(ptr %p)
; CHECK-NEXT: load <4 x i32>
define i32 @used_otherwise(ptr %p) sanitize_thread "hbsan-vectorized" {
  %all = load <4 x i32>, ptr %p, align 4
  %first = extractelement <4 x i32> %all, i64 0
  %wide = zext <4 x i32> %all to <4 x i64>
  %second = extractelement <4 x i64> %wide, i64 1
  %narrow = trunc i64 %second to i32
  %sum = add i32 %first, %narrow
  ret i32 %sum
}

; Nothing in the function was vectorized.
; CHECK-LABEL: @as_written(
; CHECK: call void @__tsan_unaligned_read16(ptr %p)
define i32 @as_written(ptr %p) sanitize_thread {
  %all = load <4 x i32>, ptr %p, align 4
  %first = extractelement <4 x i32> %all, i64 0
  ret i32 %first
}
