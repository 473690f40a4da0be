#include "runtime/report/scratch.h"

#include <cstring>

#include "runtime/sys.h"

namespace hbsan {
namespace {

constexpr std::size_t kChunkBytes = 256 << 10;
constexpr std::size_t kPageBytes = 4096;

std::size_t RoundUp(std::size_t n, std::size_t to) { return (n + to - 1) / to * to; }

}  // namespace

void* Scratch::Allocate(std::size_t bytes, std::size_t alignment) {
  const std::size_t skip = RoundUp(reinterpret_cast<std::uintptr_t>(free_), alignment) -
                           reinterpret_cast<std::uintptr_t>(free_);
  if (skip + bytes <= left_) {
    char* p = free_ + skip;
    free_ = p + bytes;
    left_ -= skip + bytes;
    return p;
  }
  std::size_t chunk_bytes = kChunkBytes;
  if (bytes + alignment + sizeof(Chunk) > chunk_bytes) {
    chunk_bytes = RoundUp(bytes + alignment + sizeof(Chunk), kChunkBytes);
  }
  Chunk* chunk = static_cast<Chunk*>(sys::Map(chunk_bytes));
  chunk->next = chunks_;
  chunk->bytes = chunk_bytes;
  chunks_ = chunk;
  free_ = reinterpret_cast<char*>(chunk + 1);
  left_ = chunk_bytes - sizeof(Chunk);
  return Allocate(bytes, alignment);
}

std::string_view Scratch::Copy(std::string_view text) {
  char* copy = static_cast<char*>(Allocate(text.size() + 1, 1));
  if (!text.empty()) std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\0';
  return {copy, text.size()};
}

void Scratch::Reset() {
  while (chunks_ != nullptr) {
    Chunk* next = chunks_->next;
    sys::Unmap(chunks_, chunks_->bytes);
    chunks_ = next;
  }
  free_ = first_;
  left_ = first_bytes_;
}

TextBuffer::~TextBuffer() {
  if (mapped_) sys::Unmap(data_, capacity_);
}

TextBuffer& TextBuffer::operator<<(std::string_view text) {
  if (text.empty()) return *this;
  if (size_ + text.size() > capacity_) {
    const std::size_t capacity = RoundUp((size_ + text.size()) * 2, kPageBytes);
    char* data = static_cast<char*>(sys::Map(capacity));
    if (size_ != 0) std::memcpy(data, data_, size_);
    if (mapped_) sys::Unmap(data_, capacity_);
    data_ = data;
    capacity_ = capacity;
    mapped_ = true;
  }
  std::memcpy(data_ + size_, text.data(), text.size());
  size_ += text.size();
  return *this;
}

TextBuffer& TextBuffer::Decimal(std::uint64_t number) {
  char digits[20];
  std::size_t first = sizeof(digits);
  do {
    digits[--first] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  return *this << std::string_view(digits + first, sizeof(digits) - first);
}

TextBuffer& TextBuffer::Hex(std::uint64_t number) {
  char digits[18];
  std::size_t first = sizeof(digits);
  do {
    digits[--first] = "0123456789abcdef"[number % 16];
    number /= 16;
  } while (number != 0);
  digits[--first] = 'x';
  digits[--first] = '0';
  return *this << std::string_view(digits + first, sizeof(digits) - first);
}

TextBuffer& TextBuffer::Spaces(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) *this << ' ';
  return *this;
}

}  // namespace hbsan
