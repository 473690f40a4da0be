// Accesses to race with, each in a function of its own, so that reports can be told by their
// stacks.
#ifndef HBSAN_TESTS_TRIALS_ACCESS_H_
#define HBSAN_TESTS_TRIALS_ACCESS_H_

#include <cstddef>

#include "tests/trials/reports.h"

// A function that stays a frame of its own, with calls that return to it.
#define HBSAN_TRIAL_FUNCTION [[gnu::noinline, clang::disable_tail_calls]]

namespace hbsan::trials {

using AccessFunction = void (*)(void* p);

// Of 1, 2, 4 and 8 bytes, at any alignment.
void Write1(void* p);
void Write2(void* p);
void Write4(void* p);
void Write8(void* p);
void Read1(void* p);
void Read2(void* p);
void Read4(void* p);
void Read8(void* p);
// Aligned.
void WriteAligned8(void* p);
void ReadAligned8(void* p);

// Makes the access through two more frames. The three name the roles in a trial: the access that
// comes first if any does, the one that completes the race, and one that is ordered with both.
void AsFirst(AccessFunction access, void* p);
void AsSecond(AccessFunction access, void* p);
void AsBystander(AccessFunction access, void* p);
// AsFirst under `depth` more frames, at least one.
void AsFirstNested(std::size_t depth, AccessFunction access, void* p);

// Their stacks, in a thread with body `body` (see threads.h).
Stack FirstStack(AccessFunction access, void (*body)(void*), std::size_t depth = 0);
Stack SecondStack(AccessFunction access, void (*body)(void*));

}  // namespace hbsan::trials

#endif  // HBSAN_TESTS_TRIALS_ACCESS_H_
