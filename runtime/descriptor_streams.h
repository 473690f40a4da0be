// Which streams a descriptor moves, as the kernel tells it.
#ifndef HBSAN_RUNTIME_DESCRIPTOR_STREAMS_H_
#define HBSAN_RUNTIME_DESCRIPTOR_STREAMS_H_

#include <sys/socket.h>

#include "runtime/streams.h"

namespace hbsan {

struct DescriptorStreams {
  StreamId in, out;
  // The end of file is seen by whoever reads the other end: closing the descriptor counts as a
  // write.
  bool close_is_seen = false;
};

// Joins the streams of an open descriptor; a device has none. False if it has none that stay the
// same: a datagram socket, a socket that is not connected yet.
bool IdentifyStreams(int fd, DescriptorStreams& streams);
// The streams of the two ends of a new socket pair.
void IdentifySocketPair(const int (&fds)[2], DescriptorStreams (&ends)[2]);

// What names the receiver of a datagram that is sent to an address, and the place where connect(2)
// to it and accept(2) on it meet. Key 0: nothing known by itself.
StreamKey KeyOfAddress(const sockaddr* address, socklen_t size);
enum class Endpoint : bool { kLocal, kPeer };
StreamKey KeyOfSocket(int fd, Endpoint end);
bool IsDatagramSocket(int fd);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_DESCRIPTOR_STREAMS_H_
