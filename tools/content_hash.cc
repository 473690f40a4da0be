#include "tools/content_hash.h"

#include <array>
#include <fstream>

#include "absl/strings/str_format.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace hbsan::tools {

struct ContentHash::State {
  XXH3_state_t xxh;
};

ContentHash::ContentHash() : state_(std::make_unique<State>()) { XXH3_128bits_reset(&state_->xxh); }

ContentHash::~ContentHash() = default;

void ContentHash::Add(std::string_view item) {
  const uint64_t size = item.size();
  XXH3_128bits_update(&state_->xxh, &size, sizeof size);
  XXH3_128bits_update(&state_->xxh, item.data(), item.size());
}

void ContentHash::AddFile(const std::filesystem::path& file) {
  Add(file.native());
  std::ifstream stream(file, std::ios::binary);
  std::array<char, 1 << 16> block;
  uint64_t size = 0;
  while (stream.read(block.data(), block.size()) || stream.gcount() > 0) {
    XXH3_128bits_update(&state_->xxh, block.data(), stream.gcount());
    size += stream.gcount();
  }
  Add(stream.eof() ? absl::StrFormat("%d bytes", size) : "unreadable");
}

std::string ContentHash::Hex() const {
  const XXH128_hash_t hash = XXH3_128bits_digest(&state_->xxh);
  return absl::StrFormat("%016x%016x", hash.high64, hash.low64);
}

}  // namespace hbsan::tools
