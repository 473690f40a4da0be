// Time: results that the library writes for its caller. The functions that return static storage
// write that, so that two threads that use them at once are reported, as POSIX allows them to be.
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>
#include <utime.h>

#include <cstddef>
#include <ctime>

#include "runtime/interceptors/accesses.h"
#include "runtime/real.h"
#include "runtime/runtime.h"

using hbsan::ReadObject;
using hbsan::ReadString;
using hbsan::WriteObject;
using hbsan::WriteString;

INTERCEPTOR(std::time_t, time, std::time_t* result) {
  WriteObject(HBSAN_CALLER_PC(), result);
  return REAL(time)(result);
}

INTERCEPTOR(int, gettimeofday, timeval* now, void* zone) {
  const int result = REAL(gettimeofday)(now, zone);
  if (result == 0) WriteObject(HBSAN_CALLER_PC(), now);
  return result;
}

#define HBSAN_CLOCK(name)                                     \
  INTERCEPTOR(int, name, clockid_t clock, timespec* result) { \
    const int status = REAL(name)(clock, result);             \
    if (status == 0) WriteObject(HBSAN_CALLER_PC(), result);  \
    return status;                                            \
  }
HBSAN_CLOCK(clock_gettime)
HBSAN_CLOCK(clock_getres)

INTERCEPTOR(int, nanosleep, const timespec* wanted, timespec* rest) {
  ReadObject(HBSAN_CALLER_PC(), wanted);
  const int result = REAL(nanosleep)(wanted, rest);
  if (result != 0) WriteObject(HBSAN_CALLER_PC(), rest);
  return result;
}

INTERCEPTOR(int, clock_nanosleep, clockid_t clock, int flags, const timespec* wanted,
            timespec* rest) {
  ReadObject(HBSAN_CALLER_PC(), wanted);
  const int result = REAL(clock_nanosleep)(clock, flags, wanted, rest);
  if (result != 0 && flags == 0) WriteObject(HBSAN_CALLER_PC(), rest);
  return result;
}

// --- Calendar ---

#define HBSAN_BREAK_DOWN(name)                           \
  INTERCEPTOR(std::tm*, name, const std::time_t* when) { \
    ReadObject(HBSAN_CALLER_PC(), when);                 \
    std::tm* result = REAL(name)(when);                  \
    WriteObject(HBSAN_CALLER_PC(), result);              \
    return result;                                       \
  }
#define HBSAN_BREAK_DOWN_R(name)                                          \
  INTERCEPTOR(std::tm*, name, const std::time_t* when, std::tm* result) { \
    ReadObject(HBSAN_CALLER_PC(), when);                                  \
    std::tm* done = REAL(name)(when, result);                             \
    WriteObject(HBSAN_CALLER_PC(), done);                                 \
    return done;                                                          \
  }
HBSAN_BREAK_DOWN(localtime)
HBSAN_BREAK_DOWN(gmtime)
HBSAN_BREAK_DOWN_R(localtime_r)
HBSAN_BREAK_DOWN_R(gmtime_r)

INTERCEPTOR(char*, ctime, const std::time_t* when) {
  ReadObject(HBSAN_CALLER_PC(), when);
  char* text = REAL(ctime)(when);
  WriteString(HBSAN_CALLER_PC(), text);
  return text;
}

INTERCEPTOR(char*, ctime_r, const std::time_t* when, char* result) {
  ReadObject(HBSAN_CALLER_PC(), when);
  char* text = REAL(ctime_r)(when, result);
  WriteString(HBSAN_CALLER_PC(), text);
  return text;
}

INTERCEPTOR(char*, asctime, const std::tm* when) {
  ReadObject(HBSAN_CALLER_PC(), when);
  char* text = REAL(asctime)(when);
  WriteString(HBSAN_CALLER_PC(), text);
  return text;
}

INTERCEPTOR(char*, asctime_r, const std::tm* when, char* result) {
  ReadObject(HBSAN_CALLER_PC(), when);
  char* text = REAL(asctime_r)(when, result);
  WriteString(HBSAN_CALLER_PC(), text);
  return text;
}

#define HBSAN_MAKE_TIME(name)                       \
  INTERCEPTOR(std::time_t, name, std::tm* broken) { \
    WriteObject(HBSAN_CALLER_PC(), broken);         \
    return REAL(name)(broken);                      \
  }
HBSAN_MAKE_TIME(mktime)
HBSAN_MAKE_TIME(timegm)

INTERCEPTOR(std::size_t, strftime, char* to, std::size_t room, const char* format,
            const std::tm* when) {
  ReadString(HBSAN_CALLER_PC(), format);
  ReadObject(HBSAN_CALLER_PC(), when);
  const std::size_t n = REAL(strftime)(to, room, format, when);
  if (n != 0) hbsan::WriteMemory(HBSAN_CALLER_PC(), to, n + 1);
  return n;
}

INTERCEPTOR(char*, strptime, const char* s, const char* format, std::tm* result) {
  ReadString(HBSAN_CALLER_PC(), s);
  ReadString(HBSAN_CALLER_PC(), format);
  char* rest = REAL(strptime)(s, format, result);
  if (rest != nullptr) WriteObject(HBSAN_CALLER_PC(), result);
  return rest;
}

// --- Timers and usage ---

INTERCEPTOR(clock_t, times, tms* result) {
  WriteObject(HBSAN_CALLER_PC(), result);
  return REAL(times)(result);
}

INTERCEPTOR(int, getrusage, int who, rusage* result) {
  const int status = REAL(getrusage)(who, result);
  if (status == 0) WriteObject(HBSAN_CALLER_PC(), result);
  return status;
}

INTERCEPTOR(int, getrlimit, int resource, rlimit* result) {
  const int status = REAL(getrlimit)(resource, result);
  if (status == 0) WriteObject(HBSAN_CALLER_PC(), result);
  return status;
}

INTERCEPTOR(int, getitimer, int which, itimerval* result) {
  const int status = REAL(getitimer)(which, result);
  if (status == 0) WriteObject(HBSAN_CALLER_PC(), result);
  return status;
}

INTERCEPTOR(int, setitimer, int which, const itimerval* value, itimerval* old) {
  ReadObject(HBSAN_CALLER_PC(), value);
  const int status = REAL(setitimer)(which, value, old);
  if (status == 0) WriteObject(HBSAN_CALLER_PC(), old);
  return status;
}

INTERCEPTOR(int, timer_gettime, timer_t timer, itimerspec* value) {
  const int status = REAL(timer_gettime)(timer, value);
  if (status == 0) WriteObject(HBSAN_CALLER_PC(), value);
  return status;
}
