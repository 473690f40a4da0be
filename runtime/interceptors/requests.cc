// Requests that the C library carries out in threads of its own, started unseen: a request → its
// notification by a thread (SIGEV_THREAD). Such a thread learns at its start what every request so
// far released, as nothing says which of them it serves.
//
// What asynchronous input and output does to its buffers is not checked.
#include <aio.h>
#include <mqueue.h>
#include <netdb.h>

#include <csignal>

#include "runtime/real.h"
#include "runtime/runtime.h"

#define HBSAN_REQUEST(name, request)                                     \
  INTERCEPTOR(int, name, request* block) {                               \
    hbsan::ReleaseAt(hbsan::StartOfForeignThreads(), HBSAN_CALLER_PC()); \
    return REAL(name)(block);                                            \
  }                                                                      \
  static_assert(true)

HBSAN_REQUEST(aio_read, aiocb);
HBSAN_REQUEST(aio_read64, aiocb64);
HBSAN_REQUEST(aio_write, aiocb);
HBSAN_REQUEST(aio_write64, aiocb64);

#define HBSAN_SYNCHRONISE(name, request)                                 \
  INTERCEPTOR(int, name, int operation, request* block) {                \
    hbsan::ReleaseAt(hbsan::StartOfForeignThreads(), HBSAN_CALLER_PC()); \
    return REAL(name)(operation, block);                                 \
  }                                                                      \
  static_assert(true)

HBSAN_SYNCHRONISE(aio_fsync, aiocb);
HBSAN_SYNCHRONISE(aio_fsync64, aiocb64);

#define HBSAN_LIST_OF_REQUESTS(name, request)                                            \
  INTERCEPTOR(int, name, int mode, request* const* blocks, int count, sigevent* event) { \
    hbsan::ReleaseAt(hbsan::StartOfForeignThreads(), HBSAN_CALLER_PC());                 \
    return REAL(name)(mode, blocks, count, event);                                       \
  }                                                                                      \
  static_assert(true)

HBSAN_LIST_OF_REQUESTS(lio_listio, aiocb);
HBSAN_LIST_OF_REQUESTS(lio_listio64, aiocb64);

INTERCEPTOR(int, mq_notify, mqd_t queue, const sigevent* event) {
  hbsan::ReleaseAt(hbsan::StartOfForeignThreads(), HBSAN_CALLER_PC());
  return REAL(mq_notify)(queue, event);
}

INTERCEPTOR(int, getaddrinfo_a, int mode, gaicb** list, int count, sigevent* event) {
  hbsan::ReleaseAt(hbsan::StartOfForeignThreads(), HBSAN_CALLER_PC());
  return REAL(getaddrinfo_a)(mode, list, count, event);
}
