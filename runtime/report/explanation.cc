#include "runtime/report/explanation.h"

#include "runtime/report/source_line.h"
#include "runtime/report/wording.h"

namespace hbsan {
namespace {

class Sentence {
 public:
  Sentence(const Report& report, std::string_view strip_path_prefix, TextBuffer& out)
      : report_(report), strip_(strip_path_prefix), out_(out) {}

  void Write(const OrderFacts& facts) {
    Atomicity();
    const bool on_object = IsOnObject(current()) && IsOnObject(previous());
    if (on_object) Unawaited();
    if (facts.locks_known && !(on_object && NoMutexes())) Locks();
    Relation(facts);
    Releases(facts);
    if (clauses_ != 0) out_ << '.';
  }

 private:
  const ReportAccess& current() const { return report_.accesses[0]; }
  const ReportAccess& previous() const { return report_.accesses[1]; }

  TextBuffer& Clause() {
    if (clauses_++ != 0) out_ << "; ";
    return out_;
  }
  TextBuffer& Name(const ReportAccess& access) {
    PrintThreadName(report_.threads[access.thread], out_);
    return out_;
  }
  std::string_view Did(const ReportAccess& access) const {
    return AccessWord(access.kind, access.flavor);
  }

  void Atomicity() {
    const bool current_atomic = current().flavor == AccessFlavor::kAtomic;
    if (current_atomic == (previous().flavor == AccessFlavor::kAtomic)) return;
    Clause() << "the access of ";
    Name(current_atomic ? current() : previous()) << " is atomic, that of ";
    Name(current_atomic ? previous() : current()) << " is not";
  }

  // A channel or WaitGroup, whose users need no mutex.
  static bool IsOnObject(const ReportAccess& access) {
    return access.flavor == AccessFlavor::kChannel || access.flavor == AccessFlavor::kWaitGroup;
  }
  bool NoMutexes() const { return current().mutexes.empty() && previous().mutexes.empty(); }

  void Unawaited() {
    Clause();
    Name(current()) << " had not waited for the " << Did(previous()) << " by ";
    Name(previous());
  }

  void Held(const ReportAccess& access) {
    Name(access) << " held ";
    if (access.mutexes.empty()) out_ << "no mutex";
    std::string_view separator;
    for (const ReportHeldMutex& held : access.mutexes) {
      out_ << separator;
      Mutex(held.number);
      out_ << (held.shared ? " (for reading)" : "");
      separator = " and ";
    }
  }

  void Mutex(std::uint32_t number) {
    out_ << 'M' << number;
    for (const ReportMutex& mutex : report_.mutexes) {
      if (mutex.number == number && !mutex.name.empty()) out_ << " '" << mutex.name << '\'';
    }
  }

  // The mutex that both held; 0 if there is none.
  std::uint32_t CommonMutex(bool& exclusive) const {
    for (const ReportHeldMutex& mine : current().mutexes) {
      for (const ReportHeldMutex& theirs : previous().mutexes) {
        if (mine.number != theirs.number) continue;
        exclusive = !mine.shared || !theirs.shared;
        return mine.number;
      }
    }
    return 0;
  }

  void Locks() {
    if (NoMutexes()) {
      Clause() << "neither held a mutex";
      return;
    }
    bool exclusive = false;
    const std::uint32_t common = CommonMutex(exclusive);
    if (common != 0 && exclusive)
      return;  // ordered by M, were it not for something that we cannot see
    if (common != 0) {
      Clause() << "both held ";
      Mutex(common);
      out_ << " only for reading, which readers share";
      return;
    }
    Clause();
    Held(current());
    out_ << ", ";
    Held(previous());
    if (!current().mutexes.empty() && !previous().mutexes.empty()) out_ << ": no common mutex";
  }

  void Relation(const OrderFacts& facts) {
    if (facts.previous_started_current) {
      Clause();
      Name(previous()) << " made its access after it had started ";
      Name(current());
    } else if (facts.current_started_previous) {
      Clause();
      Name(current()) << " had not joined ";
      Name(previous());
      if (!report_.threads[previous().thread].running) out_ << ", which has finished,";
      out_ << " before its access";
    }
  }

  void Object(const ReleaseFact& release) {
    out_ << (release.object.empty() ? "a release fence" : release.object);
    if (release.at == nullptr) return;
    out_ << " at ";
    if (release.at->file.empty()) {
      out_ << release.at->function;
    } else {
      PrintPosition(*release.at, strip_, out_);
      TextBuffer source;
      QuoteSourceLine(release.at->file, release.at->line, source);
      if (!source.empty()) out_ << " (" << source.view() << ')';
    }
  }

  void Releases(const OrderFacts& facts) {
    if (facts.previous_released_nothing) {
      Clause();
      Name(previous()) << (report_.threads[previous().thread].running ? " has released"
                                                                      : " released")
                       << " no object after its " << Did(previous());
    } else if (facts.first_release.known) {
      Clause();
      Name(previous()) << (facts.first_release.object.empty() ? " executed " : " released ");
      Object(facts.first_release);
      out_ << " after its " << Did(previous()) << ", but ";
      Name(current()) << " has not acquired that";
    }
    if (facts.last_known.known) {
      Clause() << "the last that ";
      Name(current()) << " knows of ";
      Name(previous()) << " is its release of ";
      Object(facts.last_known);
    }
  }

  const Report& report_;
  std::string_view strip_;
  TextBuffer& out_;
  int clauses_ = 0;
};

}  // namespace

void Explain(const Report& report, const OrderFacts& facts, std::string_view strip_path_prefix,
             TextBuffer& out) {
  if (report.accesses.size() != 2) return;
  Sentence(report, strip_path_prefix, out).Write(facts);
}

}  // namespace hbsan
