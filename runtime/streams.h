// Streams: what flows through descriptors, as sync objects. A write to a descriptor releases into
// its outgoing stream, the read that returns data acquires the incoming one.
//
// A stream is known by what the kernel says the descriptor is, so that duplicates, inherited and
// passed descriptors and several openings of one file find the same one:
//   regular file, pipe, FIFO   device and inode; both directions are one stream
//   eventfd                    its number in the kernel
//   TCP connection             the two addresses; a stream each direction, also when both ends are
//   in this process UDP socket                 the receiver's port Unix socket                the
//   receiving end's inode, if made by socketpair; else the path that the server is bound to
//
// What is not exact: a stream is one clock, so that a reader learns of every write so far, also of
// those whose data it has not read yet. Terminals and other devices are no streams: what a program
// prints orders nothing.
#ifndef HBSAN_RUNTIME_STREAMS_H_
#define HBSAN_RUNTIME_STREAMS_H_

#include <cstdint>

#include "detector/types.h"

namespace hbsan {

// 0 is no stream.
struct StreamId {
  std::uint32_t value = 0;
  friend bool operator==(StreamId, StreamId) = default;
};

// A key names a stream while it lives; 64 bits of hash.
enum class StreamKey : std::uint64_t {};

enum class StreamKind : std::uint8_t {
  kLasting,     // what was written can be read by whoever opens it later
  kConnection,  // the same key may name another connection once the writer has gone
};

void InitializeStreams();  // called once by Initialize

// Finds or makes the stream, and counts the caller as a user of it. The last user that leaves does
// not end a stream that was written to: a connection that waits to be accepted, or a file that was
// closed, can still be read. Of these, the ones that were left longest ago are forgotten when they
// are too many.
StreamId JoinStream(StreamKey key, StreamKind kind, bool writes);
// The stream, if there is one.
StreamId JoinExisting(StreamKey key);
StreamId NewStream();  // of nobody else
void ShareStream(StreamId stream);
void LeaveStream(StreamId stream);

// Links the two streams of a socket pair, each the other's peer.
void PairStreams(StreamId a, StreamId b);
StreamId PeerOf(StreamId stream);

// Where to Acquire and Release.
Addr AddressOf(StreamId stream);
void SendInto(StreamId stream, std::uintptr_t pc);
void ReceiveFrom(StreamId stream);

// A datagram to, or from, the stream of a key.
void SendInto(StreamKey key, std::uintptr_t pc);
void ReceiveFrom(StreamKey key);

// Rendezvous by key alone, for what has no end: a sync object that is never forgotten, shared by
// what hashes alike.
Addr RendezvousAddress(StreamKey key);

// Mixes values into a key.
class StreamHash {
 public:
  explicit StreamHash(std::uint64_t seed) : state_(seed) {}
  StreamHash& operator<<(std::uint64_t value) {
    state_ = (state_ ^ value) * 0x9e3779b97f4a7c15u;
    state_ ^= state_ >> 29;
    return *this;
  }
  StreamKey key() const { return StreamKey{state_}; }

 private:
  std::uint64_t state_;
};

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_STREAMS_H_
