#include "runtime/descriptor_streams.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "runtime/report/substring.h"
#include "runtime/sys.h"

namespace hbsan {
namespace {

// What a key is of.
enum Tag : std::uint64_t {
  kFile = 1,
  kPipe,
  kEventFd,
  kConnectionTag,
  kDatagramPort,
  kPairEnd,
  kPath
};

constexpr StreamKey kNoKey{};

template <typename T>
long Arg(T* p) {
  return reinterpret_cast<long>(p);
}

struct SocketAddress {
  sockaddr_storage storage = {};
  socklen_t size = sizeof(storage);
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

bool GetAddress(int fd, Endpoint end, SocketAddress& address) {
  const long call = end == Endpoint::kLocal ? SYS_getsockname : SYS_getpeername;
  return sys::Call(call, fd, Arg(&address.storage), Arg(&address.size)) == 0;
}

int SocketOption(int fd, int option) {
  int value = -1;
  socklen_t size = sizeof(value);
  sys::Call(SYS_getsockopt, fd, SOL_SOCKET, option, Arg(&value), Arg(&size));
  return value;
}

// IPv4 addresses look the same whether or not they come mapped into IPv6.
void HashInternet(StreamHash& hash, const sockaddr* address) {
  std::uint64_t low = 0, high = 0;
  std::uint16_t port = 0;
  if (address->sa_family == AF_INET) {
    const auto* in = reinterpret_cast<const sockaddr_in*>(address);
    low = std::uint64_t{in->sin_addr.s_addr} << 32 | 0xffff0000u;
    port = in->sin_port;
  } else {
    const auto* in6 = reinterpret_cast<const sockaddr_in6*>(address);
    __builtin_memcpy(&high, &in6->sin6_addr, 8);
    __builtin_memcpy(&low, reinterpret_cast<const char*>(&in6->sin6_addr) + 8, 8);
    port = in6->sin6_port;
  }
  hash << high << low << port;
}

std::string_view PathOf(const sockaddr* address, socklen_t size) {
  const auto* un = reinterpret_cast<const sockaddr_un*>(address);
  if (size <= offsetof(sockaddr_un, sun_path)) return {};
  std::string_view path(un->sun_path, size - offsetof(sockaddr_un, sun_path));
  if (path[0] == '\0') return path;  // abstract: all of it counts
  return Substring(path, 0, path.find('\0'));
}

StreamKey KeyOfPath(std::string_view path) {
  StreamHash hash(kPath);
  for (const char c : path) hash << static_cast<unsigned char>(c);
  return hash.key();
}

bool Join(StreamKey key, DescriptorStreams& streams) {
  streams.out = JoinStream(key, StreamKind::kLasting, true);
  ShareStream(streams.out);
  streams.in = streams.out;
  return true;
}

StreamKey KeyOfInode(Tag tag, const struct stat& status) {
  return (StreamHash(tag) << status.st_dev << status.st_ino).key();
}

StreamKey ConnectionKey(const SocketAddress& from, const SocketAddress& to) {
  StreamHash hash(kConnectionTag);
  HashInternet(hash, from.get());
  HashInternet(hash, to.get());
  return hash.key();
}

bool IdentifyConnection(int fd, DescriptorStreams& streams) {
  SocketAddress local, peer;
  if (!GetAddress(fd, Endpoint::kLocal, local) || !GetAddress(fd, Endpoint::kPeer, peer))
    return false;
  streams.in = JoinStream(ConnectionKey(peer, local), StreamKind::kConnection, false);
  streams.out = JoinStream(ConnectionKey(local, peer), StreamKind::kConnection, true);
  return true;
}

bool IdentifySocket(int fd, const struct stat& status, DescriptorStreams& streams) {
  streams.close_is_seen = true;
  streams.in = JoinExisting(KeyOfInode(kPairEnd, status));
  if (streams.in.value != 0) {
    streams.out = PeerOf(streams.in);
    ShareStream(streams.out);
    return true;
  }
  if (IsDatagramSocket(fd)) return false;
  const int domain = SocketOption(fd, SO_DOMAIN);
  if (domain == AF_INET || domain == AF_INET6) return IdentifyConnection(fd, streams);
  if (domain != AF_UNIX) return false;
  SocketAddress peer;
  if (!GetAddress(fd, Endpoint::kPeer, peer)) return false;
  std::string_view path = PathOf(peer.get(), peer.size);
  SocketAddress local;
  if (path.empty() && GetAddress(fd, Endpoint::kLocal, local))
    path = PathOf(local.get(), local.size);
  return !path.empty() && Join(KeyOfPath(path), streams);
}

// "eventfd-id: N" in /proc/self/fdinfo; -1 if it is no eventfd or the kernel does not tell.
long EventFdNumber(int fd) {
  char path_buffer[64], info_buffer[256];
  sys::Text path(path_buffer, sizeof(path_buffer));
  path << "/proc/self/fdinfo/" << fd << '\0';
  const long info = sys::Call(SYS_openat, AT_FDCWD, Arg(path_buffer), O_RDONLY | O_CLOEXEC);
  if (info < 0) return -1;
  const long size = sys::Call(SYS_read, info, Arg(info_buffer), sizeof(info_buffer));
  sys::Call(SYS_close, info);
  constexpr std::string_view kName = "eventfd-id:";
  const std::string_view text(info_buffer, size > 0 ? static_cast<std::size_t>(size) : 0);
  const std::size_t at = text.find(kName);
  if (at == text.npos) return -1;
  long number = 0;
  for (const char c : Substring(text, at + kName.size())) {
    if (c == '\n') break;
    if (c >= '0' && c <= '9') number = number * 10 + (c - '0');
  }
  return number;
}

}  // namespace

bool IdentifyStreams(int fd, DescriptorStreams& streams) {
  struct stat status;
  if (sys::Call(SYS_fstat, fd, Arg(&status)) != 0) return false;
  switch (status.st_mode & S_IFMT) {
    case S_IFREG:
      return Join(KeyOfInode(kFile, status), streams);
    case S_IFIFO:
      streams.close_is_seen = true;
      return Join(KeyOfInode(kPipe, status), streams);
    case S_IFSOCK:
      return IdentifySocket(fd, status, streams);
    case 0: {  // an anonymous inode
      const long number = EventFdNumber(fd);
      if (number < 0) return true;
      return Join((StreamHash(kEventFd) << static_cast<std::uint64_t>(number)).key(), streams);
    }
    default:
      return true;
  }
}

void IdentifySocketPair(const int (&fds)[2], DescriptorStreams (&ends)[2]) {
  for (int i = 0; i < 2; ++i) {
    struct stat status;
    if (sys::Call(SYS_fstat, fds[i], Arg(&status)) != 0) return;
    ends[i].in = JoinStream(KeyOfInode(kPairEnd, status), StreamKind::kConnection, false);
    ends[i].close_is_seen = true;
  }
  PairStreams(ends[0].in, ends[1].in);
  for (int i = 0; i < 2; ++i) {
    ends[i].out = ends[1 - i].in;
    ShareStream(ends[i].out);
  }
}

StreamKey KeyOfAddress(const sockaddr* address, socklen_t size) {
  if (address == nullptr || size < sizeof(sa_family_t)) return kNoKey;
  switch (address->sa_family) {
    case AF_INET:
      return (StreamHash(kDatagramPort) << reinterpret_cast<const sockaddr_in*>(address)->sin_port)
          .key();
    case AF_INET6:
      return (StreamHash(kDatagramPort)
              << reinterpret_cast<const sockaddr_in6*>(address)->sin6_port)
          .key();
    case AF_UNIX: {
      const std::string_view path = PathOf(address, size);
      return path.empty() ? kNoKey : KeyOfPath(path);
    }
    default:
      return kNoKey;
  }
}

StreamKey KeyOfSocket(int fd, Endpoint end) {
  SocketAddress address;
  if (!GetAddress(fd, end, address)) return kNoKey;
  return KeyOfAddress(address.get(), address.size);
}

bool IsDatagramSocket(int fd) {
  const int type = SocketOption(fd, SO_TYPE);
  return type == SOCK_DGRAM || type == SOCK_RAW || type == SOCK_RDM;
}

}  // namespace hbsan
