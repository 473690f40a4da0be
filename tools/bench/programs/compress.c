// An LZ77 compressor with a hash table of recent positions; threads take the text's blocks in turn.
//
// The format of a block: a byte n below 128 announces n + 1 literal bytes; otherwise n - 128 + 4
// bytes are copied from a distance that the next two bytes give. The check: decompression restores
// the text, and it did shrink.
#include <pthread.h>
#include <string.h>

#include "tools/bench/programs/bench.h"

enum { kBlock = 1 << 15, kHashBits = 12, kMinMatch = 4, kMaxMatch = 127 + kMinMatch };

typedef struct Block {
  const uint8_t* text;
  size_t length;
  uint8_t* packed;
  size_t packed_length;
} Block;

typedef struct Work {
  pthread_mutex_t mutex;
  Block* blocks;
  size_t count;
  size_t taken;  // Guarded by mutex.
} Work;

static uint32_t HashAt(const uint8_t* p) {
  uint32_t word;
  memcpy(&word, p, sizeof(word));
  return word * 2654435761u >> (32 - kHashBits);
}

static size_t MatchLength(const uint8_t* a, const uint8_t* b, size_t limit) {
  size_t length = 0;
  while (length < limit && a[length] == b[length]) ++length;
  return length;
}

static uint8_t* PutLiterals(uint8_t* out, const uint8_t* from, size_t count) {
  while (count > 0) {
    const size_t part = count < 128 ? count : 128;
    *out++ = (uint8_t)(part - 1);
    memcpy(out, from, part);
    out += part;
    from += part;
    count -= part;
  }
  return out;
}

static void Compress(Block* block) {
  uint16_t recent[1 << kHashBits] = {0};
  const uint8_t* text = block->text;
  uint8_t* out = block->packed;
  size_t i = 1, literals = 0;  // `literals`: where the bytes not yet written begin.
  while (i + kMinMatch <= block->length) {
    const uint32_t hash = HashAt(text + i);
    const size_t candidate = recent[hash];
    const size_t left = block->length - i;
    const size_t limit = left < kMaxMatch ? left : kMaxMatch;
    const size_t length = MatchLength(text + candidate, text + i, limit);
    recent[hash] = (uint16_t)i;
    if (length < kMinMatch) {
      ++i;
      continue;
    }
    out = PutLiterals(out, text + literals, i - literals);
    *out++ = (uint8_t)(128 + length - kMinMatch);
    *out++ = (uint8_t)((i - candidate) & 255);
    *out++ = (uint8_t)((i - candidate) >> 8);
    i += length;
    literals = i;
  }
  out = PutLiterals(out, text + literals, block->length - literals);
  block->packed_length = (size_t)(out - block->packed);
}

// Returns whether `block->packed` is `block->text`.
static int Restores(const Block* block) {
  uint8_t* restored = malloc(block->length + kMaxMatch);
  size_t length = 0;
  for (size_t i = 0; i < block->packed_length && length < block->length;) {
    const size_t code = block->packed[i++];
    if (code < 128) {
      memcpy(restored + length, block->packed + i, code + 1);
      i += code + 1;
      length += code + 1;
    } else {
      const size_t distance = block->packed[i] | (size_t)block->packed[i + 1] << 8;
      i += 2;
      for (size_t end = length + code - 128 + kMinMatch; length < end; ++length) {
        restored[length] = restored[length - distance];
      }
    }
  }
  const int same = length == block->length && memcmp(restored, block->text, length) == 0;
  free(restored);
  return same;
}

static void* CompressBlocks(void* argument) {
  Work* work = argument;
  while (1) {
    pthread_mutex_lock(&work->mutex);
    const size_t next = work->taken++;
    pthread_mutex_unlock(&work->mutex);
    if (next >= work->count) return NULL;
    Compress(&work->blocks[next]);
  }
}

// Lines of a made-up log.
static void WriteText(uint8_t* text, size_t length) {
  static const char* const kWords[] = {"connection ", "accepted ", "request ", "from ",
                                       "host ",       "served ",   "in ",      "error ",
                                       "retry ",      "closed\n"};
  uint64_t seed = 1;
  for (size_t i = 0; i < length;) {
    const uint64_t random = BenchRandom(&seed);
    char token[32];
    const int size = random % 3 == 0
                         ? snprintf(token, sizeof(token), "%u ", (unsigned)(random >> 48))
                         : snprintf(token, sizeof(token), "%s", kWords[random / 3 % 10]);
    for (int k = 0; k < size && i < length; ++k) text[i++] = (uint8_t)token[k];
  }
}

int main(int argc, char** argv) {
  const BenchArgs args = BenchParseArgs(argc, argv);
  const size_t length = BenchScaled(args.scale, 60000000, 200000);
  const size_t room = kBlock + kBlock / 128 + 1;  // All literals.
  const size_t count = (length + kBlock - 1) / kBlock;
  uint8_t* text = malloc(length);
  uint8_t* packed = malloc(count * room);
  Block* blocks = malloc(count * sizeof(Block));
  WriteText(text, length);
  for (size_t i = 0; i < count; ++i) {
    const size_t left = length - i * kBlock;
    blocks[i] = (Block){text + i * kBlock, left < kBlock ? left : kBlock, packed + i * room, 0};
  }
  Work work = {PTHREAD_MUTEX_INITIALIZER, blocks, count, 0};
  pthread_t threads[kBenchMaxThreads];
  for (int t = 0; t < args.threads; ++t) {
    if (pthread_create(&threads[t], NULL, CompressBlocks, &work) != 0) return 1;
  }
  for (int t = 0; t < args.threads; ++t) pthread_join(threads[t], NULL);
  int right = 1;
  size_t total = 0;
  for (size_t i = 0; i < count; ++i) {
    total += blocks[i].packed_length;
    right = right && Restores(&blocks[i]);
  }
  free(text);
  free(packed);
  free(blocks);
  return BenchVerdict(right && total < length);
}
