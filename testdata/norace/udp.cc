// Datagrams: sendto an address, and send on a connected socket.
#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

sockaddr_in to = {};
int receiver, data = 0;

void* Send(void*) {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  data = 1;
  assert(sendto(fd, "a", 1, 0, reinterpret_cast<sockaddr*>(&to), sizeof(to)) == 1);
  close(fd);
  return nullptr;
}

void* SendConnected(void*) {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  assert(connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof(to)) == 0);
  data = 2;
  assert(send(fd, "b", 1, 0) == 1);
  close(fd);
  return nullptr;
}

int main() {
  receiver = socket(AF_INET, SOCK_DGRAM, 0);
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(to);
  assert(bind(receiver, reinterpret_cast<sockaddr*>(&to), size) == 0);
  assert(getsockname(receiver, reinterpret_cast<sockaddr*>(&to), &size) == 0);
  pthread_t sender;
  char byte;
  pthread_create(&sender, nullptr, Send, nullptr);
  assert(recv(receiver, &byte, 1, 0) == 1 && data == 1);
  pthread_join(sender, nullptr);
  pthread_create(&sender, nullptr, SendConnected, nullptr);
  sockaddr_in from;
  size = sizeof(from);
  assert(recvfrom(receiver, &byte, 1, 0, reinterpret_cast<sockaddr*>(&from), &size) == 1);
  assert(data == 2);
  pthread_join(sender, nullptr);
  close(receiver);
}
