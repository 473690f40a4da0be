// llvm-symbolizer as a process that the watched program does not notice: started without its atfork
// handlers, no SIGCHLD, not seen by its wait functions, with none of its descriptors, environment
// or signal handlers.
//
// execve gives a child SIGCHLD as exit signal whatever clone said. So between the program and the
// symbolizer stands a keeper: a child that shares the program's memory, has no exit signal and runs
// nothing but wait4 for the symbolizer.
//
// One socket carries requests and replies, so that a dead symbolizer is an error value and never a
// SIGPIPE.
#ifndef HBSAN_RUNTIME_REPORT_SYMBOLIZER_PROCESS_H_
#define HBSAN_RUNTIME_REPORT_SYMBOLIZER_PROCESS_H_

#include <cstdint>
#include <string_view>

#include "runtime/report/scratch.h"

namespace hbsan {

// Where to find it; a null view if it is nowhere. `external` is what the user named; empty: search
// on `path` (PATH's value) and where Debian installs LLVM 19. The result ends in a zero byte.
std::string_view FindSymbolizer(std::string_view external, std::string_view path, Scratch& keep);

// Not thread safe.
class SymbolizerProcess {
 public:
  // `program` ends in a zero byte. False if it could not be started; one that cannot be executed is
  // gone at the first Ask.
  bool Start(std::string_view program);
  bool running() const { return keeper_ > 0; }
  // Sends `request` (a line) and reads the reply, which an empty line ends. False: the process is
  // gone for good.
  bool Ask(std::string_view request, TextBuffer& reply);
  // Ends and reaps it. Does nothing in another process than Start's, such as a vfork child.
  void Stop();
  // In a forked child, whose parent's process it is: closes the descriptor only.
  void Forget();

 private:
  bool OwnsDescriptor() const;
  bool Send(std::string_view text);
  bool ReadReply(TextBuffer& reply);
  void Close();

  int owner_ = 0;   // the process that started it
  int keeper_ = 0;  // 0: not running
  int fd_ = -1;
  // The socket's identity: the program may have closed our descriptor and opened its own file under
  // that number.
  std::uint64_t device_ = 0;
  std::uint64_t inode_ = 0;
};

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_SYMBOLIZER_PROCESS_H_
