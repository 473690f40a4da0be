#include "detector/writers.h"

#include <algorithm>
#include <iterator>

#include "detector/checker.h"

namespace hbsan {

bool AccessChecker::HoldsWriters(std::uint32_t id) const {
  if (!IsPair(id)) return IsWriter(id);
  const Record& pair = detector_.records_[id];
  return IsWriter(pair.low) || IsWriter(pair.high);
}

std::uint32_t AccessChecker::OwnWriter(std::uint32_t id, ByteMask bytes) const {
  Records& records = detector_.records_;
  if (id == 0 || !records.IsMixed(id)) return 0;
  detector_.ForgetReusedIds(*t_.worker);
  WriterCacheEntry& known = t_.worker->WriterAt(id);
  if (known.cell == id && known.tid == t_.tid && records[known.node].bytes == bytes) {
    return known.node;
  }
  const std::uint32_t node = FindOwnWriter(id, bytes);
  if (node != 0 && !records.marking()) known = {id, node, t_.tid};  // see KeepTransition
  return node;
}

std::uint32_t AccessChecker::FindOwnWriter(std::uint32_t id, ByteMask bytes) const {
  const Records& records = detector_.records_;
  if (IsPair(id)) id = bytes == 0x0f ? records[id].low : bytes == 0xf0 ? records[id].high : 0;
  if (!IsWriter(id) || records[id].bytes != bytes) return 0;
  for (const std::uint32_t base = records[id].base; id != base; id = records[id].tail) {
    if (records.TidOf(id) == t_.tid) return id;
  }
  return 0;
}

std::uint32_t AccessChecker::NewWriter(std::uint32_t mine, ByteMask bytes, std::uint32_t below) {
  Records& records = detector_.records_;
  if (records.marking()) records.Mark(below);
  const std::uint32_t node = detector_.NewRecord(t_);
  Writer(records[node]).Make(mine, bytes, below, records[below]);
  records.SetMixed(node);
  return node;
}

bool AccessChecker::MustThaw(std::uint32_t id, ByteMask bytes) const {
  const bool replaces = site_.kind == AccessKind::kWrite && !atomic_;
  if (!HoldsWriters(id)) return false;
  const Record& top = detector_.records_[id];
  if (top.IsWriter()) return !replaces || (top.bytes & ~bytes) != 0;
  return !IsHalf(bytes) || (!replaces && IsWriter(bytes == 0x0f ? top.low : top.high));
}

void AccessChecker::Thaw(Cell& cell, std::uint32_t id) {
  detector_.FreezeWriters(id, 0xff);
  std::uint32_t after;
  if (IsPair(id)) {
    const std::uint32_t low = Thawed(detector_.records_[id].low);
    const std::uint32_t high = Thawed(detector_.records_[id].high);
    after = detector_.Pair(t_, 0x0f, low, high);
  } else {
    after = Thawed(id);
  }
  cell.compare_exchange_strong(id, after, std::memory_order_seq_cst);
}

// What a thread stored before it had a node is out of use.
std::uint32_t AccessChecker::Thawed(std::uint32_t id) {
  if (!IsWriter(id)) return id;
  const Records& records = detector_.records_;
  const ByteMask bytes = records[id].bytes;
  std::uint32_t writers[Writer::kMost];
  std::uint32_t* end = writers;
  std::uint32_t rest = 0;
  ForEach(id, bytes, [&](std::uint32_t index, ByteMask b) {
    const auto is_earlier = [&](std::uint32_t writer) {
      return records.TidOf(writer) == records.TidOf(index);
    };
    if (records[index].atomic() && std::any_of(writers, end, is_earlier)) return true;
    if (end != std::end(writers)) *end++ = index;
    rest = Append(index, b, rest);
    return true;
  });
  return rest;
}

void Detector::FreezeWriters(std::uint32_t id, ByteMask within) {
  if (id == 0 || !records_.IsMixed(id)) return;
  if (const Record& top = records_[id]; top.IsPair()) {
    if ((within & 0x0f) != 0) FreezeWriters(top.low, 0x0f);
    if ((within & 0xf0) != 0) FreezeWriters(top.high, 0xf0);
  } else if (top.IsWriter() && (top.bytes & within) != 0) {
    for (; id != top.base; id = records_[id].tail) Writer(records_[id]).Freeze();
  }
}

}  // namespace hbsan
