// Where reports go: standard error, standard output, or a file of this process; and what happens
// when that fails.
//
// A text is written by one write(2) to a descriptor opened with O_APPEND, so that processes never
// interleave. Whatever cannot be written to a file goes to standard error, after one line that says
// so. Never raises SIGPIPE.
#ifndef HBSAN_RUNTIME_REPORT_OUTPUT_H_
#define HBSAN_RUNTIME_REPORT_OUTPUT_H_

#include <cstdint>
#include <string_view>

#include "runtime/report/options.h"

namespace hbsan {

class Output {
 public:
  // `path`: a prefix that gets ".<pid>" appended, "stdout", "stderr", or empty (standard error).
  void Open(std::string_view path);
  void OpenDescriptor(int fd);  // the program's own
  void Write(std::string_view text);
  // In a forked child: the next text goes to the child's own file.
  void AfterFork();
  bool WantsColor(Color color) const;

 private:
  bool IsFile() const { return !prefix_.empty(); }
  int OpenFile();
  bool OwnsDescriptor() const;
  void FallBack(int error);

  std::string_view prefix_;
  int fd_ = 2;
  bool broken_ = false;  // the file could not be written; everything goes to standard error
  // The file's identity: the program may have closed our descriptor and opened its own file under
  // that number.
  std::uint64_t device_ = 0;
  std::uint64_t inode_ = 0;
};

// Straight to standard error, unless it was closed when the program started.
void WriteToStandardError(std::string_view text);
// Remembers whether standard error is open. Once, before the program may open files.
void InitializeStandardError();

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_OUTPUT_H_
