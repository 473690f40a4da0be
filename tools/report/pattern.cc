#include "tools/report/pattern.h"

#include <algorithm>
#include <initializer_list>

#include "tools/report/frames.h"

namespace hbsan::tools {
namespace {

// A race's two sides and what the rules below ask of them.
class Sides {
 public:
  explicit Sides(const Race& race) : race_(race), a_(race.accesses[0]), b_(race.accesses[1]) {}

  bool AnyKind(std::string_view text) const {
    return a_.kind.find(text) != std::string_view::npos ||
           b_.kind.find(text) != std::string_view::npos;
  }
  bool OneAtomic() const { return IsAtomic(a_) != IsAtomic(b_); }
  bool OneLocked() const { return a_.mutexes.empty() != b_.mutexes.empty(); }
  bool BothLocked() const { return !a_.mutexes.empty() && !b_.mutexes.empty(); }
  bool CommonMutex() const {
    return std::ranges::any_of(a_.mutexes, [&](const HeldMutex& mine) {
      return std::ranges::find(b_.mutexes, mine.mutex, &HeldMutex::mutex) != b_.mutexes.end();
    });
  }
  // The side without a lock reads, in the function that also writes under the lock.
  bool DoubleChecked() const {
    const Access& bare = a_.mutexes.empty() ? a_ : b_;
    const Access& locked = a_.mutexes.empty() ? b_ : a_;
    return OneLocked() && bare.kind == "read" && locked.kind == "write" && SameFunction();
  }
  bool SamePlace() const {
    const Frame* a = TellingFrame(a_.stack);
    const Frame* b = TellingFrame(b_.stack);
    return SameFunction() && a->line == b->line;
  }
  bool SameFunction() const {
    const Frame* a = TellingFrame(a_.stack);
    const Frame* b = TellingFrame(b_.stack);
    return a != nullptr && b != nullptr && !a->function.empty() && a->function == b->function;
  }
  bool BothWrite() const { return a_.kind == "write" && b_.kind == "write"; }
  bool InContainer() const { return IsInContainer(a_.stack) || IsInContainer(b_.stack); }
  bool CapturedLocal() const {
    return race_.location.kind == "stack" && (InLambda(a_.stack) || InLambda(b_.stack));
  }
  bool Explained(std::string_view text) const {
    return race_.explanation.find(text) != std::string_view::npos;
  }
  // The address of a block that one of the threads allocated, and that the other cannot have had
  // from its creator.
  bool PublishedBlock() const {
    const Location& at = race_.location;
    if (at.kind != "heap" || at.thread.empty()) return false;
    const Access& other = a_.thread == at.thread ? b_ : a_;
    const Thread* thread = FindThread(race_, other.thread);
    return (a_.thread == at.thread) != (b_.thread == at.thread) &&
           (thread == nullptr || thread->created_by != at.thread);
  }
  // The previous side, which the other's thread started or was started by.
  bool PreviousWrites() const { return b_.kind == "write"; }
  bool SmallGlobalFlag() const {
    const auto reads = [](const Access& access) { return access.kind == "read"; };
    return race_.location.size <= 1 && a_.size == 1 && b_.size == 1 && reads(a_) != reads(b_);
  }

 private:
  static bool IsAtomic(const Access& access) { return access.kind.starts_with("atomic "); }
  static bool InLambda(const Stack& stack) {
    const Frame* frame = TellingFrame(stack);
    if (frame == nullptr) return false;
    const std::string_view name = frame->function;
    return name.find("::$_") != std::string_view::npos ||
           name.find("lambda") != std::string_view::npos;
  }
  // A library frame below the program's own innermost one, of a container.
  static bool IsInContainer(const Stack& stack) {
    for (const Frame& frame : stack) {
      if (IsUserFrame(frame)) return false;
      for (const std::string_view name :
           {"std::map<", "std::unordered_map<", "std::vector<", "std::set<", "std::deque<",
            "std::list<", "std::unordered_set<", "basic_string<", "std::string", "std::_Hashtable<",
            "std::_Rb_tree<"}) {
        if (frame.function.find(name) != std::string_view::npos) return true;
      }
    }
    return false;
  }

  const Race& race_;
  const Access& a_;
  const Access& b_;
};

struct Rule {
  bool (*matches)(const Race&, const Sides&);
  Pattern pattern;
};

// The first that matches counts.
constexpr Rule kRules[] = {
    {[](const Race&, const Sides& s) { return s.AnyKind("WaitGroup"); },
     {"WaitGroup.Add that Wait does not wait for",
      "Call Add before the goroutine is started, not inside it: Wait may run before it."}},
    {[](const Race&, const Sides& s) { return s.AnyKind("channel"); },
     {"channel closed while others send",
      "Let only the sender close the channel, after its last send; with several senders, close it "
      "where all of them have been waited for."}},
    {[](const Race& r, const Sides&) { return r.kind.starts_with("heap-use-after-free"); },
     {"object deleted while in use",
      "Free the object only after every user has been joined, or share its ownership "
      "(std::shared_ptr)."}},
    {[](const Race&, const Sides& s) { return s.AnyKind("free"); },
     {"object deleted while in use",
      "Free the object only after every user has been joined, or share its ownership "
      "(std::shared_ptr)."}},
    {[](const Race&, const Sides& s) { return s.AnyKind("close"); },
     {"descriptor closed while in use",
      "Close the descriptor only after every thread that uses it has been joined: its number may "
      "be another file's at once."}},
    {[](const Race& r, const Sides&) { return r.kind.find("vptr") != std::string_view::npos; },
     {"object used during construction or destruction",
      "Start the thread after the constructor of the most derived class, and join it before that "
      "class's destructor begins."}},
    {[](const Race&, const Sides& s) { return s.OneAtomic(); },
     {"atomic on one side only",
      "Make every access atomic: declare the variable std::atomic, and use no plain reference to "
      "it."}},
    {[](const Race&, const Sides& s) { return s.DoubleChecked(); },
     {"double-checked locking",
      "The check without the lock must be an acquire load of a std::atomic that is stored with "
      "release; or use std::call_once, or a static local variable."}},
    {[](const Race&, const Sides& s) { return s.OneLocked(); },
     {"lock on one side only",
      "Hold the same mutex on the other side too, or make the variable std::atomic."}},
    {[](const Race&, const Sides& s) { return s.BothLocked() && s.CommonMutex(); },
     {"write under a read lock",
      "Take the lock for writing where the data is written: readers run beside each other."}},
    {[](const Race&, const Sides& s) { return s.BothLocked(); },
     {"two different locks",
      "Decide which mutex guards the data, and hold that one on both sides "
      "(ABSL_GUARDED_BY lets clang check it)."}},
    {[](const Race&, const Sides& s) { return s.InContainer(); },
     {"container shared without a lock",
      "Guard every access to the container by one mutex: those that only read, too, if any "
      "thread writes."}},
    {[](const Race&, const Sides& s) { return s.SmallGlobalFlag(); },
     {"flag that is not atomic",
      "Declare the flag std::atomic<bool>; store it with release and load it with acquire if it "
      "announces other data."}},
    {[](const Race&, const Sides& s) { return s.CapturedLocal(); },
     {"local variable captured by reference",
      "Capture by value what the thread needs, or join the thread before the variable is used "
      "again. A loop's variable lives in its loop only."}},
    {[](const Race&, const Sides& s) { return s.PublishedBlock(); },
     {"published without release",
      "The pointer reached the other thread out of order: store it with release and load it with "
      "acquire, or hand it over by a mutex, a channel or a join."}},
    {[](const Race&, const Sides& s) { return s.Explained("but") && s.Explained("not acquired"); },
     {"published without being acquired",
      "The reader must acquire what the writer released: lock the same mutex, receive from the "
      "same channel, or load the same atomic with acquire before the access."}},
    {[](const Race&, const Sides& s) {
       return s.Explained("made its access after it had started") && s.PreviousWrites();
     },
     {"data prepared after the thread was started",
      "Write what the thread reads before it is started, or tell it by a mutex, a channel or an "
      "atomic that the data is ready."}},
    {[](const Race&, const Sides& s) {
       return s.Explained("had not joined") && s.PreviousWrites();
     },
     {"result read before the thread was joined",
      "Join the thread, or wait for its future or WaitGroup, before its results are read."}},
    {[](const Race&, const Sides& s) { return s.BothWrite() && s.SamePlace(); },
     {"update that several threads make at once",
      "Make it one atomic operation (std::atomic, fetch_add), or hold a mutex around it."}},
};

}  // namespace

const Pattern* RecognisePattern(const Race& race) {
  if (race.accesses.size() != 2) return nullptr;
  const Sides sides(race);
  const auto* rule =
      std::ranges::find_if(kRules, [&](const Rule& r) { return r.matches(race, sides); });
  return rule == std::end(kRules) ? nullptr : &rule->pattern;
}

}  // namespace hbsan::tools
