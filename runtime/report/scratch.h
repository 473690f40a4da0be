// Memory of one report: a bump arena that is emptied at once, and a text buffer that grows. Neither
// calls an allocator of the program. Both start in static storage, so that a report can still be
// made when no memory is left.
#ifndef HBSAN_RUNTIME_REPORT_SCRATCH_H_
#define HBSAN_RUNTIME_REPORT_SCRATCH_H_

#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>

namespace hbsan {

// Not thread safe. Objects are never destroyed.
class Scratch {
 public:
  constexpr Scratch() = default;
  // The first chunk; it outlives the Scratch.
  constexpr Scratch(char* first, std::size_t bytes)
      : first_(first), first_bytes_(bytes), free_(first), left_(bytes) {}
  ~Scratch() { Reset(); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  void* Allocate(std::size_t bytes, std::size_t alignment);
  // `count` value-initialised objects.
  template <typename T>
  std::span<T> NewArray(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    T* objects = static_cast<T*>(Allocate(sizeof(T) * count, alignof(T)));
    for (std::size_t i = 0; i < count; ++i) new (&objects[i]) T();
    return {objects, count};
  }
  template <typename T>
  T& New() {
    return NewArray<T>(1)[0];
  }
  // A copy that ends in a zero byte outside the view.
  std::string_view Copy(std::string_view text);
  // Frees everything that was allocated.
  void Reset();

 private:
  struct Chunk {
    Chunk* next;
    std::size_t bytes;
  };

  Chunk* chunks_ = nullptr;
  char* first_ = nullptr;
  std::size_t first_bytes_ = 0;
  char* free_ = nullptr;
  std::size_t left_ = 0;
};

// Text of any length. Not thread safe.
class TextBuffer {
 public:
  constexpr TextBuffer() = default;
  // The first storage; it outlives the buffer.
  constexpr TextBuffer(char* first, std::size_t bytes) : data_(first), capacity_(bytes) {}
  ~TextBuffer();
  TextBuffer(const TextBuffer&) = delete;
  TextBuffer& operator=(const TextBuffer&) = delete;

  TextBuffer& operator<<(std::string_view text);
  TextBuffer& operator<<(const char* text) { return *this << std::string_view(text); }
  TextBuffer& operator<<(char c) { return *this << std::string_view(&c, 1); }
  template <typename N>
    requires std::is_integral_v<N>
  TextBuffer& operator<<(N number) {
    if (number >= 0) return Decimal(static_cast<std::uint64_t>(number));
    return *this << '-', Decimal(0 - static_cast<std::uint64_t>(number));
  }
  TextBuffer& Hex(std::uint64_t number);  // 0x...
  TextBuffer& Spaces(std::size_t count);

  std::string_view view() const { return {data_, size_}; }
  bool empty() const { return size_ == 0; }
  void clear() { size_ = 0; }

 private:
  TextBuffer& Decimal(std::uint64_t number);

  char* data_ = nullptr;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
  bool mapped_ = false;
};

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_SCRATCH_H_
