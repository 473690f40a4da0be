// The process's reporting: one object behind report.h, guarded by one lock.
#ifndef HBSAN_RUNTIME_REPORT_REPORTER_H_
#define HBSAN_RUNTIME_REPORT_REPORTER_H_

#include <atomic>
#include <cstdint>

#include "detector/memory.h"
#include "runtime/report/evidence.h"
#include "runtime/report/json_report.h"
#include "runtime/report/options.h"
#include "runtime/report/output.h"
#include "runtime/report/report.h"
#include "runtime/report/seen.h"
#include "runtime/report/suppressions.h"
#include "runtime/report/text_report.h"

namespace hbsan {

class Reporter {
 public:
  void Initialize();
  void RaceFound(ThreadState& t, const Race& race);
  void MisuseFound(ThreadState& t, Misuse kind, Addr object, std::uintptr_t pc);
  int Finish(int status);
  void BeforeFork() { lock_.lock(); }
  void AfterForkInParent() { lock_.unlock(); }
  void AfterForkInChild();
  void BeforeExec();

  const Options& options() const { return options_; }
  // For programs that ask (sanitizer_api.cc): a call stack in the log, where the log goes, what is
  // called before the process ends by halt_on_error.
  void PrintCallStack(StackId stack);
  void SetLogPath(std::string_view path);  // as option log_path; copied
  void SetLogDescriptor(int fd);
  void SetDeathCallback(void (*callback)()) { death_callback_ = callback; }

 private:
  // The lock of everything here. A thread that comes back to it, from a callback of the program or
  // a crash while it reports, does not wait for itself.
  class Hold;

  void ReadOptions();
  void ReadSuppressions();
  bool IsNew(const Race& race);
  // Whether one that looks like it (alike.h) was printed already, for the same runs of tests.
  bool IsRepetition(const Report& report);
  bool Enabled(Misuse kind) const;
  // Suppresses, or counts and prints.
  void Conclude(const Report& report, std::uint64_t& count);
  void Emit(const Report& report);
  void EmitJson(const Report& report);
  void EmitText(const Report& report);
  void Announce(const Report& report);
  void SayWhatIsMissing();
  void PrintEnd();
  [[noreturn]] void Die();
  ExitSummary Summary() const;

  Options options_;
  TextStyle style_;
  Output log_;
  Output json_;
  Suppressions suppressions_;
  SpinLock lock_;
  std::atomic<const void*> holder_{nullptr};  // the HotState of the thread that has the lock
  SeenSet seen_stacks_;
  SeenSet seen_addresses_;
  SeenSet seen_looks_;
  std::uint64_t races_ = 0;
  std::uint64_t others_ = 0;
  std::uint64_t shown_ = 0;
  std::uint64_t alike_ = 0;
  std::uint64_t not_shown_ = 0;
  bool finished_ = false;  // the exit status is decided: nothing is reported any more
  bool said_what_is_missing_ = false;
  void (*death_callback_)() = nullptr;
};

Reporter& TheReporter();

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_REPORTER_H_
