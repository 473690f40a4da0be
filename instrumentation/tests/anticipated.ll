; Accesses that others are sure to follow, one rule a function, and the switch.
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan,verify -hbsan-inline-checks=0 -hbsan-cold-calls=0 -S %s | FileCheck %s
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan -hbsan-inline-checks=0 -hbsan-cold-calls=0 -hbsan-drop-anticipated=0 -S %s | FileCheck %s --check-prefix=OFF
; RUN: opt -load-pass-plugin=%plugin -passes=hbsan -hbsan-stats -disable-output %s 2>&1 | FileCheck %s --check-prefix=STATS
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

; STATS-DAG: 3 hbsan - Accesses covered by later ones dropped

; CHECK-LABEL: @written_after_branches(
; CHECK-NOT: @__tsan_read
; CHECK: end:
; CHECK-NEXT: call void @__tsan_write4(ptr %p)
; OFF-LABEL: @written_after_branches(
; OFF: call void @__tsan_read4(ptr %p)
define void @written_after_branches(ptr %p, i1 %c) sanitize_thread {
  %v = load i32, ptr %p
  br i1 %c, label %then, label %end
then:
  br label %end
end:
  store i32 %v, ptr %p
  ret void
}

; CHECK-LABEL: @written_on_both(
; CHECK-NOT: @__tsan_read
; CHECK: call void @__tsan_write4(ptr %p)
; CHECK: call void @__tsan_write4(ptr %p)
; CHECK: ret void
define void @written_on_both(ptr %p, i1 %c) sanitize_thread {
  %v = load i32, ptr %p
  br i1 %c, label %then, label %else
then:
  store i32 1, ptr %p
  br label %end
else:
  store i32 2, ptr %p
  br label %end
end:
  ret void
}

; CHECK-LABEL: @written_on_one(
; CHECK: call void @__tsan_read4(ptr %p)
define void @written_on_one(ptr %p, i1 %c) sanitize_thread {
  %v = load i32, ptr %p
  br i1 %c, label %then, label %end
then:
  store i32 1, ptr %p
  br label %end
end:
  ret void
}

; The one in the branch is repeated after it.
; CHECK-LABEL: @sometimes_before(
; CHECK: then:
; CHECK-NEXT: %a = load
; CHECK: end:
; CHECK-NEXT: call void @__tsan_read4(ptr %p)
define i32 @sometimes_before(ptr %p, i1 %c) sanitize_thread {
  br i1 %c, label %then, label %end
then:
  %a = load volatile i32, ptr %p
  br label %end
end:
  %b = load i32, ptr %p
  ret i32 %b
}

; A read does not stand for a write.
; CHECK-LABEL: @read_later(
; CHECK: then:
; CHECK-NEXT: call void @__tsan_write4(ptr %p)
define i32 @read_later(ptr %p, i1 %c) sanitize_thread {
  br i1 %c, label %then, label %end
then:
  store i32 1, ptr %p
  br label %end
end:
  %b = load i32, ptr %p
  ret i32 %b
}

; A call on one of the ways may never return.
; CHECK-LABEL: @call_between(
; CHECK: call void @__tsan_read4(ptr %p)
define void @call_between(ptr %p, i1 %c) sanitize_thread {
  %v = load i32, ptr %p
  br i1 %c, label %then, label %end
then:
  call void @unknown()
  br label %end
end:
  store i32 %v, ptr %p
  ret void
}

; A loop on one of the ways may never end.
; CHECK-LABEL: @loop_between(
; CHECK: call void @__tsan_read4(ptr %p)
define void @loop_between(ptr %p, ptr %q) sanitize_thread {
entry:
  %v = load i32, ptr %p
  br label %wait
wait:
  %w = load volatile i32, ptr %q
  %c = icmp eq i32 %w, 0
  br i1 %c, label %wait, label %end
end:
  store i32 %v, ptr %p
  ret void
}

; In the next round %p stands for another address.
; CHECK-LABEL: @other_round(
; CHECK: call void @__tsan_read4(ptr %p)
; CHECK: call void @__tsan_write4(ptr %p)
define void @other_round(ptr %first, i1 %c) sanitize_thread {
entry:
  br label %body
body:
  %p = phi ptr [ %first, %entry ], [ %next, %skip ]
  br i1 %c, label %write, label %read
read:
  %v = load volatile i32, ptr %p
  br label %skip
skip:
  %next = getelementptr i32, ptr %p, i64 1
  br label %body
write:
  store i32 1, ptr %p
  ret void
}

declare void @unknown()
