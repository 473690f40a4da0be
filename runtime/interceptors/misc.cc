// Library functions of other kinds that touch the program's memory or call it back.
#include <arpa/inet.h>
#include <netdb.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#include <cstddef>
#include <cstdlib>

#include "runtime/interceptors/accesses.h"
#include "runtime/real.h"
#include "runtime/runtime.h"

using hbsan::CallerFrame;
using hbsan::ReadMemory;
using hbsan::ReadString;
using hbsan::WriteMemory;
using hbsan::WriteObject;
using hbsan::WriteString;

// --- Callbacks ---

using Comparator = int (*)(const void*, const void*);

// The elements are moved by the library; the comparator's own accesses are its own.
INTERCEPTOR(void, qsort, void* base, std::size_t count, std::size_t size, Comparator compare) {
  if (count > 1) WriteMemory(HBSAN_CALLER_PC(), base, count * size);
  CallerFrame frame(HBSAN_CALLER_PC());
  REAL(qsort)(base, count, size, compare);
}

INTERCEPTOR(void, qsort_r, void* base, std::size_t count, std::size_t size,
            int (*compare)(const void*, const void*, void*), void* context) {
  if (count > 1) WriteMemory(HBSAN_CALLER_PC(), base, count * size);
  CallerFrame frame(HBSAN_CALLER_PC());
  REAL(qsort_r)(base, count, size, compare, context);
}

INTERCEPTOR(void*, bsearch, const void* key, const void* base, std::size_t count, std::size_t size,
            Comparator compare) {
  CallerFrame frame(HBSAN_CALLER_PC());
  return REAL(bsearch)(key, base, count, size, compare);
}

// --- Random numbers: the generators with a state of the caller's ---

INTERCEPTOR(int, rand_r, unsigned* state) {
  WriteObject(HBSAN_CALLER_PC(), state);
  return REAL(rand_r)(state);
}

INTERCEPTOR(int, random_r, random_data* state, std::int32_t* result) {
  WriteObject(HBSAN_CALLER_PC(), state);
  WriteObject(HBSAN_CALLER_PC(), result);
  return REAL(random_r)(state, result);
}

INTERCEPTOR(ssize_t, getrandom, void* buffer, std::size_t size, unsigned flags) {
  const ssize_t n = REAL(getrandom)(buffer, size, flags);
  if (n > 0) WriteMemory(HBSAN_CALLER_PC(), buffer, static_cast<std::size_t>(n));
  return n;
}

INTERCEPTOR(int, getentropy, void* buffer, std::size_t size) {
  const int result = REAL(getentropy)(buffer, size);
  if (result == 0) WriteMemory(HBSAN_CALLER_PC(), buffer, size);
  return result;
}

// --- Processes and the system ---

INTERCEPTOR(pid_t, wait, int* status) {
  const pid_t pid = REAL(wait)(status);
  if (pid > 0) WriteObject(HBSAN_CALLER_PC(), status);
  return pid;
}

INTERCEPTOR(pid_t, waitpid, pid_t which, int* status, int options) {
  const pid_t pid = REAL(waitpid)(which, status, options);
  if (pid > 0) WriteObject(HBSAN_CALLER_PC(), status);
  return pid;
}

INTERCEPTOR(int, uname, utsname* result) {
  const int status = REAL(uname)(result);
  if (status == 0) WriteObject(HBSAN_CALLER_PC(), result);
  return status;
}

INTERCEPTOR(int, gethostname, char* name, std::size_t size) {
  const int result = REAL(gethostname)(name, size);
  if (result == 0) WriteMemory(HBSAN_CALLER_PC(), name, hbsan::BoundedLength(name, size));
  return result;
}

// GNU's form, which returns its result and may not use the buffer.
INTERCEPTOR(char*, strerror_r, int error, char* buffer, std::size_t size) {
  char* text = REAL(strerror_r)(error, buffer, size);
  if (text == buffer) WriteString(HBSAN_CALLER_PC(), text);
  return text;
}

INTERCEPTOR(int, __xpg_strerror_r, int error, char* buffer, std::size_t size) {
  const int result = REAL(__xpg_strerror_r)(error, buffer, size);
  if (size != 0) WriteString(HBSAN_CALLER_PC(), buffer);
  return result;
}

// --- Network names ---

INTERCEPTOR(int, inet_pton, int family, const char* text, void* result) {
  ReadString(HBSAN_CALLER_PC(), text);
  const int status = REAL(inet_pton)(family, text, result);
  if (status == 1) WriteMemory(HBSAN_CALLER_PC(), result, family == AF_INET ? 4 : 16);
  return status;
}

INTERCEPTOR(const char*, inet_ntop, int family, const void* address, char* text, socklen_t size) {
  ReadMemory(HBSAN_CALLER_PC(), address, family == AF_INET ? 4 : 16);
  const char* result = REAL(inet_ntop)(family, address, text, size);
  if (result != nullptr) WriteString(HBSAN_CALLER_PC(), text);
  return result;
}

INTERCEPTOR(int, getaddrinfo, const char* node, const char* service, const addrinfo* hints,
            addrinfo** result) {
  ReadString(HBSAN_CALLER_PC(), node);
  ReadString(HBSAN_CALLER_PC(), service);
  hbsan::ReadObject(HBSAN_CALLER_PC(), hints);
  const int status = REAL(getaddrinfo)(node, service, hints, result);
  if (status == 0) WriteObject(HBSAN_CALLER_PC(), result);
  return status;
}
