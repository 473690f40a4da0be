// The annotations that clang's and Valgrind's headers declare, as programs that bring their own
// headers declare them.
#ifndef TESTDATA_ANNOTATED_H_
#define TESTDATA_ANNOTATED_H_

#include <cstddef>

extern "C" {
void AnnotateHappensBefore(const char* file, int line, const volatile void* address);
void AnnotateHappensAfter(const char* file, int line, const volatile void* address);
void AnnotateBenignRaceSized(const char* file, int line, const volatile void* address,
                             std::size_t size, const char* description);
void AnnotateIgnoreReadsBegin(const char* file, int line);
void AnnotateIgnoreReadsEnd(const char* file, int line);
void AnnotateIgnoreWritesBegin(const char* file, int line);
void AnnotateIgnoreWritesEnd(const char* file, int line);
void AnnotateIgnoreSyncBegin(const char* file, int line);
void AnnotateIgnoreSyncEnd(const char* file, int line);
void AnnotateRWLockCreate(const char* file, int line, const volatile void* lock);
void AnnotateRWLockDestroy(const char* file, int line, const volatile void* lock);
void AnnotateRWLockAcquired(const char* file, int line, const volatile void* lock, long writer);
void AnnotateRWLockReleased(const char* file, int line, const volatile void* lock, long writer);
void AnnotateNewMemory(const char* file, int line, const volatile void* address, std::size_t size);
void AnnotateThreadName(const char* file, int line, const char* name);
int RunningOnValgrind();
double ValgrindSlowdown();
const char* ThreadSanitizerQuery(const char* query);
}

#endif  // TESTDATA_ANNOTATED_H_
