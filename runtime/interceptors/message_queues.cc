// POSIX message queues: a sent message → its receipt. On Linux a queue is a descriptor, and its
// inode names its stream, so that these are reads and writes like any others.
#include <fcntl.h>
#include <mqueue.h>

#include <cstdarg>
#include <ctime>

#include "runtime/descriptors.h"
#include "runtime/interceptors/accesses.h"
#include "runtime/interceptors/transfers.h"
#include "runtime/real.h"
#include "runtime/runtime.h"

INTERCEPTOR(mqd_t, mq_open, const char* name, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const bool creates = (flags & O_CREAT) != 0;
  const mode_t mode = creates ? va_arg(more, mode_t) : 0;
  mq_attr* attributes = creates ? va_arg(more, mq_attr*) : nullptr;
  va_end(more);
  hbsan::ReadString(HBSAN_CALLER_PC(), name);
  hbsan::ReadObject(HBSAN_CALLER_PC(), attributes);
  const mqd_t queue = REAL(mq_open)(name, flags, mode, attributes);
  hbsan::DescriptorOpened(HBSAN_CALLER_PC(), queue);
  return queue;
}

INTERCEPTOR(int, mq_close, mqd_t queue) {
  hbsan::DescriptorClosing(HBSAN_CALLER_PC(), queue);
  const int result = REAL(mq_close)(queue);
  hbsan::DescriptorClosed(queue);
  return result;
}

INTERCEPTOR(int, mq_send, mqd_t queue, const char* data, std::size_t size, unsigned priority) {
  hbsan::BeforeSending(HBSAN_CALLER_PC(), queue, data, size);
  return REAL(mq_send)(queue, data, size, priority);
}

INTERCEPTOR(int, mq_timedsend, mqd_t queue, const char* data, std::size_t size, unsigned priority,
            const timespec* deadline) {
  hbsan::ReadObject(HBSAN_CALLER_PC(), deadline);
  hbsan::BeforeSending(HBSAN_CALLER_PC(), queue, data, size);
  return REAL(mq_timedsend)(queue, data, size, priority, deadline);
}

INTERCEPTOR(ssize_t, mq_receive, mqd_t queue, char* data, std::size_t size, unsigned* priority) {
  hbsan::BeforeReceiving(HBSAN_CALLER_PC(), queue);
  const ssize_t received = REAL(mq_receive)(queue, data, size, priority);
  hbsan::AfterReceiving(HBSAN_CALLER_PC(), queue, data, received);
  if (received >= 0) hbsan::WriteObject(HBSAN_CALLER_PC(), priority);
  return received;
}

INTERCEPTOR(ssize_t, mq_timedreceive, mqd_t queue, char* data, std::size_t size, unsigned* priority,
            const timespec* deadline) {
  hbsan::ReadObject(HBSAN_CALLER_PC(), deadline);
  hbsan::BeforeReceiving(HBSAN_CALLER_PC(), queue);
  const ssize_t received = REAL(mq_timedreceive)(queue, data, size, priority, deadline);
  hbsan::AfterReceiving(HBSAN_CALLER_PC(), queue, data, received);
  if (received >= 0) hbsan::WriteObject(HBSAN_CALLER_PC(), priority);
  return received;
}
