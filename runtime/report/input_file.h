// A small text file, read whole by raw system calls.
#ifndef HBSAN_RUNTIME_REPORT_INPUT_FILE_H_
#define HBSAN_RUNTIME_REPORT_INPUT_FILE_H_

#include <cstddef>
#include <string_view>

namespace hbsan {

class InputFile {
 public:
  // Regular files only, and at most 64 MiB: never blocks on a pipe or a device. Leaves errno alone.
  explicit InputFile(const char* path);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  bool ok() const { return error_ == 0; }
  int error() const { return error_; }  // an errno value
  std::string_view text() const { return {data_, size_}; }

 private:
  int Read(const char* path);

  char* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t mapped_ = 0;
  int error_ = 0;
};

// Whether both names lead to one file. Each ends in a zero byte.
bool SameFile(const char* a, const char* b);

// The text of an errno value, for the errors that files meet.
const char* ErrorText(int error);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_INPUT_FILE_H_
