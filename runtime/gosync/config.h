// The two variants of gosync, and how its code is kept out of the detector's sight.
//
// A translation unit compiled for race detection (-fsanitize=race, or thread) sees the variant
// gosync::race, whose operations tell the detector what they order; any other sees gosync::plain,
// in which nothing of that is left. Both are in one archive. A program uses one of them: linking
// objects of both kinds fails with a duplicate gosync_variant.
#ifndef GOSYNC_CONFIG_H_
#define GOSYNC_CONFIG_H_

#if __cplusplus < 202002L
#error "gosync needs C++20: compile with -std=c++20"
#endif

#ifndef GOSYNC_RACE
#if defined(__SANITIZE_THREAD__)
#define GOSYNC_RACE 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define GOSYNC_RACE 1
#endif
#endif
#endif
#ifndef GOSYNC_RACE
#define GOSYNC_RACE 0
#endif

#if GOSYNC_RACE
#define GOSYNC_VARIANT race
#else
#define GOSYNC_VARIANT plain
#endif

// Of a function whose own accesses are the library's: the detector does not see them. What it calls
// of the program is seen.
#if defined(__clang__)
#define GOSYNC_UNCHECKED __attribute__((disable_sanitizer_instrumentation))
#else
#define GOSYNC_UNCHECKED __attribute__((no_sanitize("thread")))
#endif

// Of the thin functions between a program and the library: their accesses (the read of a channel
// variable, say) are the program's own.
#define GOSYNC_INLINE __attribute__((always_inline)) inline

#endif  // GOSYNC_CONFIG_H_
