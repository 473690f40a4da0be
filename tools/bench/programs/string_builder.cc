// Building and reading strings: threads write records as JSON, by appending, and parse the text
// back; the texts of all go into one list under a lock.
//
// The check: what is parsed is what was written.
#include <charconv>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/bench/programs/bench.h"
#include "tools/bench/programs/parallel.h"

namespace {

struct Record {
  uint64_t id;
  std::string name;
  std::vector<uint32_t> values;
  bool operator==(const Record&) const = default;
};

Record MakeRecord(uint64_t id) {
  uint64_t seed = id;
  Record record{id, "", {}};
  for (size_t i = BenchRandom(&seed) % 20 + 1; i > 0; --i) {
    record.name.push_back("abc \"\\xyz"[BenchRandom(&seed) % 9]);
  }
  for (size_t i = BenchRandom(&seed) % 8; i > 0; --i) {
    record.values.push_back(static_cast<uint32_t>(BenchRandom(&seed) % 100000));
  }
  return record;
}

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

void AppendTo(std::string& text, const Record& record) {
  text += "{\"id\":" + std::to_string(record.id) + ",\"name\":" + Quoted(record.name);
  text += ",\"values\":[";
  for (size_t i = 0; i < record.values.size(); ++i) {
    if (i > 0) text += ',';
    text += std::to_string(record.values[i]);
  }
  text += "]}\n";
}

// Reads what AppendTo writes.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  bool AtEnd() const { return position_ == text_.size(); }

  Record Next() {
    Record record{};
    Skip("{\"id\":");
    record.id = ParseNumber();
    Skip(",\"name\":");
    record.name = ParseString();
    Skip(",\"values\":[");
    while (text_[position_] != ']') {
      record.values.push_back(static_cast<uint32_t>(ParseNumber()));
      if (text_[position_] == ',') ++position_;
    }
    Skip("]}\n");
    return record;
  }

  bool failed() const { return failed_; }

 private:
  void Skip(std::string_view expected) {
    if (text_.substr(position_, expected.size()) != expected) failed_ = true;
    position_ += expected.size();
  }

  uint64_t ParseNumber() {
    uint64_t number = 0;
    const char* begin = text_.data() + position_;
    position_ += std::from_chars(begin, text_.data() + text_.size(), number).ptr - begin;
    return number;
  }

  std::string ParseString() {
    std::string parsed;
    for (++position_; text_[position_] != '"'; ++position_) {
      if (text_[position_] == '\\') ++position_;
      parsed.push_back(text_[position_]);
    }
    ++position_;
    return parsed;
  }

  std::string_view text_;
  size_t position_ = 0;
  bool failed_ = false;
};

struct Library {
  std::mutex mutex;
  std::vector<std::string> texts;
};

constexpr size_t kRecordsPerText = 200;

void Write(Library& library, const bench::Slice& mine) {
  for (size_t first = mine.begin; first < mine.end; ++first) {
    std::string text;
    for (size_t i = 0; i < kRecordsPerText; ++i) {
      AppendTo(text, MakeRecord(first * kRecordsPerText + i));
    }
    const std::lock_guard lock(library.mutex);
    library.texts.push_back(std::move(text));
  }
}

size_t CountRight(std::string_view text) {
  size_t right = 0;
  for (Parser parser(text); !parser.AtEnd() && !parser.failed();) {
    const Record record = parser.Next();
    right += !parser.failed() && record == MakeRecord(record.id);
  }
  return right;
}

}  // namespace

int main(int argc, char** argv) {
  const BenchArgs args = BenchParseArgs(argc, argv);
  const size_t texts = BenchScaled(args.scale, 5000, 4);
  Library library;
  std::vector<size_t> right(args.threads);
  bench::Barrier barrier(args.threads);
  bench::RunThreads(args.threads, [&](int t) {
    const bench::Slice mine(texts, t, args.threads);
    Write(library, mine);
    barrier.Wait();
    for (size_t i = mine.begin; i < mine.end; ++i) right[t] += CountRight(library.texts[i]);
  });
  size_t total = 0;
  for (const size_t count : right) total += count;
  return BenchVerdict(total == texts * kRecordsPerText);
}
