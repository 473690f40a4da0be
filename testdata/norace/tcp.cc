// A TCP connection whose two ends are in the process, by IPv4 and IPv6; the first message is sent,
// and the end closed, before the server accepts.
#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <initializer_list>

#include "../unseen.h"

Unseen unseen;
int listener;
int before_connect = 0, before_send = 0, before_close = 0, answer = 0;
sockaddr_storage server;
socklen_t server_size = sizeof(server);

void* Client(void* early) {
  const int fd = socket(server.ss_family, SOCK_STREAM, 0);
  before_connect = 1;
  assert(connect(fd, reinterpret_cast<sockaddr*>(&server), server_size) == 0);
  before_send = 1;
  char byte = 'x';
  assert(send(fd, &byte, 1, MSG_NOSIGNAL) == 1);
  if (early == nullptr) assert(recv(fd, &byte, 1, 0) == 1 && answer == 1);
  before_close = 1;
  close(fd);
  unseen.Reach(1);
  return nullptr;
}

void Serve(bool early) {
  if (early) unseen.Await(1);
  const int fd = accept(listener, nullptr, nullptr);
  assert(fd >= 0 && before_connect == 1);
  char byte;
  assert(read(fd, &byte, 1) == 1 && before_send == 1);
  answer = 1;
  if (!early) assert(write(fd, &byte, 1) == 1);
  assert(read(fd, &byte, 1) == 0 && before_close == 1);
  close(fd);
}

void Run(bool early) {
  before_connect = before_send = before_close = answer = 0;
  pthread_t client;
  pthread_create(&client, nullptr, Client, early ? &early : nullptr);
  Serve(early);
  pthread_join(client, nullptr);
}

int main() {
  for (const int family : {AF_INET, AF_INET6}) {
    listener = socket(family, SOCK_STREAM, 0);
    if (listener < 0) continue;
    server = {};
    server.ss_family = static_cast<sa_family_t>(family);
    if (family == AF_INET) {
      reinterpret_cast<sockaddr_in&>(server).sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    } else {
      reinterpret_cast<sockaddr_in6&>(server).sin6_addr = in6addr_loopback;
    }
    server_size = family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    if (bind(listener, reinterpret_cast<sockaddr*>(&server), server_size) != 0) continue;
    assert(listen(listener, 1) == 0);
    server_size = sizeof(server);
    assert(getsockname(listener, reinterpret_cast<sockaddr*>(&server), &server_size) == 0);
    Run(false);
    Run(true);
    close(listener);
  }
}
