// FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/), 64 bits, of texts and numbers: for telling
// apart, within a process, what is alike.
#ifndef HBSAN_RUNTIME_REPORT_FNV_HASH_H_
#define HBSAN_RUNTIME_REPORT_FNV_HASH_H_

#include <cstdint>
#include <string_view>

namespace hbsan {

class FnvHash {
 public:
  FnvHash& Add(std::string_view text) {
    for (const char c : text) AddByte(static_cast<unsigned char>(c));
    return Add(text.size());
  }
  FnvHash& Add(std::uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) AddByte(number >> shift & 0xff);
    return *this;
  }
  std::uint64_t value() const { return value_; }

 private:
  void AddByte(std::uint64_t byte) { value_ = (value_ ^ byte) * 0x100000001B3u; }

  std::uint64_t value_ = 0xCBF29CE484222325u;
};

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_FNV_HASH_H_
