// A request for asynchronous input or output → its notification, in a thread of the C library's.
#include <aio.h>
#include <assert.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int before = 0;
sem_t done;

void Notify(sigval value) {
  ++*static_cast<int*>(value.sival_ptr);
  sem_post(&done);
}

int main() {
  sem_init(&done, 0, 0);
  FILE* file = tmpfile();
  assert(file != nullptr);
  char buffer[4] = "abc";
  aiocb request = {};
  request.aio_fildes = fileno(file);
  request.aio_buf = buffer;
  request.aio_nbytes = sizeof buffer;
  request.aio_sigevent.sigev_notify = SIGEV_THREAD;
  request.aio_sigevent.sigev_notify_function = Notify;
  request.aio_sigevent.sigev_value.sival_ptr = &before;
  for (int i = 0; i < 3; ++i) {
    ++before;
    assert((i == 1 ? aio_read(&request) : aio_write(&request)) == 0);
    while (sem_wait(&done) != 0) {
    }
    assert(aio_error(&request) == 0 && aio_return(&request) == 4);
  }
  aiocb* list[] = {&request};
  sigevent none = {};
  none.sigev_notify = SIGEV_NONE;
  request.aio_lio_opcode = LIO_WRITE;
  ++before;
  assert(lio_listio(LIO_NOWAIT, list, 1, &none) == 0);
  while (sem_wait(&done) != 0) {
  }
  return before == 8 ? 0 : 1;
}
