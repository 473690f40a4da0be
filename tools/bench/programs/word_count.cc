// Counting the words of a text: threads tokenize their part into maps of strings, merge them into
// one map under a lock, and the most frequent words are listed.
//
// The check: the counts from making the text.
#include <algorithm>
#include <cctype>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tools/bench/programs/bench.h"
#include "tools/bench/programs/parallel.h"

namespace {

using Counts = std::unordered_map<std::string, size_t>;

std::string MakeWord(uint64_t number) {
  uint64_t bits = BenchScramble(number);
  std::string word;
  for (size_t length = bits % 9 + 2; word.size() < length; bits /= 32) {
    word.push_back(static_cast<char>('a' + bits % 26));
  }
  return word;
}

struct Text {
  std::string letters;
  Counts counts;  // In lower case, as counted while writing.
};

// Words between spaces, commas and line ends, some with a capital; frequent words are more
// frequent.
Text WriteText(size_t words) {
  constexpr std::string_view kSeparators[] = {" ", " ", " ", ", ", ".\n"};
  constexpr size_t kVocabulary = 8192;
  std::vector<std::string> vocabulary;
  for (size_t i = 0; i < kVocabulary; ++i) vocabulary.push_back(MakeWord(i));
  std::vector<size_t> uses(kVocabulary);
  Text text;
  uint64_t seed = 1;
  for (size_t i = 0; i < words; ++i) {
    const uint64_t random = BenchRandom(&seed);
    const size_t which = (random >> 32) % (random % kVocabulary + 1);
    ++uses[which];
    const size_t start = text.letters.size();
    text.letters += vocabulary[which];
    if (random >> 61 == 0)
      text.letters[start] = static_cast<char>(std::toupper(text.letters[start]));
    text.letters += kSeparators[random / kVocabulary % 5];
  }
  for (size_t i = 0; i < kVocabulary; ++i) {
    if (uses[i] > 0) text.counts[vocabulary[i]] += uses[i];
  }
  return text;
}

bool IsLetter(char c) { return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z'); }

char ToLower(char c) { return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Counts the words that begin in `part`; the last may end beyond it.
void CountWords(std::string_view text, const bench::Slice& part, Counts& counts) {
  size_t i = part.begin;
  while (i > 0 && i < part.end && IsLetter(text[i - 1])) ++i;
  std::string word;
  while (i < part.end) {
    if (!IsLetter(text[i])) {
      ++i;
      continue;
    }
    word.clear();
    for (; i < text.size() && IsLetter(text[i]); ++i) word.push_back(ToLower(text[i]));
    ++counts[word];
  }
}

bool IsDescending(const Counts& counts) {
  std::vector<std::pair<size_t, std::string_view>> ranking;
  for (const auto& [word, count] : counts) ranking.emplace_back(count, word);
  std::sort(ranking.rbegin(), ranking.rend());
  return std::is_sorted(ranking.rbegin(), ranking.rend());
}

}  // namespace

int main(int argc, char** argv) {
  const BenchArgs args = BenchParseArgs(argc, argv);
  const Text text = WriteText(BenchScaled(args.scale, 5'000'000, 1000));
  Counts counts;
  std::mutex mutex;
  bench::RunThreads(args.threads, [&](int t) {
    Counts mine;
    CountWords(text.letters, bench::Slice(text.letters.size(), t, args.threads), mine);
    const std::lock_guard lock(mutex);
    for (const auto& [word, count] : mine) counts[word] += count;
  });
  return BenchVerdict(counts == text.counts && IsDescending(counts));
}
