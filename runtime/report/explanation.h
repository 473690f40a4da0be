// Why nothing orders the two accesses of a race, in one plain sentence. Says only what is certain:
// facts that the engine could not establish (a finished thread's releases, say) are left out of the
// sentence.
#ifndef HBSAN_RUNTIME_REPORT_EXPLANATION_H_
#define HBSAN_RUNTIME_REPORT_EXPLANATION_H_

#include <string_view>

#include "runtime/report/report_value.h"
#include "runtime/report/scratch.h"

namespace hbsan {

// A release operation of the previous thread.
struct ReleaseFact {
  bool known = false;
  std::string_view object;          // "mutex M1", "'flag'", "0x7f..."; empty: a fence
  const ReportFrame* at = nullptr;  // null: unknown
};

struct OrderFacts {
  bool locks_known = false;               // Report's mutexes are all that both sides held
  bool previous_started_current = false;  // the previous access's thread created the current one's
  bool current_started_previous = false;
  bool previous_released_nothing = false;  // since its access, but for threads that it started
  ReleaseFact first_release = {};  // of the previous thread after its access; the current one has
                                   // not acquired it
  ReleaseFact last_known =
      {};  // the latest release of the previous thread that the current one has acquired
};

// Appends the sentence, without its opening "Nothing orders them: ". Appends nothing if nothing is
// certain.
void Explain(const Report& report, const OrderFacts& facts, std::string_view strip_path_prefix,
             TextBuffer& out);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_REPORT_EXPLANATION_H_
