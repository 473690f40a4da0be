// A pipe's end that is passed through a Unix socket is still the pipe's end, also when the sender
// closed its own.
#include <assert.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int sockets[2], pipe_ends[2];
int data = 0;

union Control {
  cmsghdr header;
  char room[CMSG_SPACE(sizeof(int))];
};

void* Writer(void*) {
  char byte;
  iovec part = {&byte, 1};
  Control control;
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  message.msg_controllen = sizeof(control);
  assert(recvmsg(sockets[1], &message, 0) == 1);
  int fd;
  memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
  data = 1;
  assert(write(fd, "x", 1) == 1);
  close(fd);
  return nullptr;
}

int main() {
  assert(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0 && pipe(pipe_ends) == 0);
  pthread_t writer;
  pthread_create(&writer, nullptr, Writer, nullptr);
  char byte = 'f';
  iovec part = {&byte, 1};
  Control control = {};
  control.header.cmsg_level = SOL_SOCKET;
  control.header.cmsg_type = SCM_RIGHTS;
  control.header.cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(&control.header), &pipe_ends[1], sizeof(int));
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  message.msg_controllen = sizeof(control);
  assert(sendmsg(sockets[0], &message, 0) == 1);
  close(pipe_ends[1]);
  assert(read(pipe_ends[0], &byte, 1) == 1 && data == 1);
  pthread_join(writer, nullptr);
}
