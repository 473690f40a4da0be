// The forms in which findings are written.
#ifndef HBSAN_TOOLS_REPORT_WRITERS_H_
#define HBSAN_TOOLS_REPORT_WRITERS_H_

#include <ostream>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "tools/report/findings.h"
#include "tools/report/source_excerpt.h"

namespace hbsan::tools {

using Writer = void (*)(const Findings& findings, std::ostream& out);

// The writer of the format of that name: text, json, sarif, github, junit, html.
absl::StatusOr<Writer> FindWriter(const std::string& format);

// To be read: the races that count as failures in full, the others in a line each.
void WriteText(const Findings& findings, std::ostream& out);
// JSON lines as the runtime writes them, one for each race that is there, with the fields
// `fingerprint`, `aliases`, `reports`, `programs`, `tests`, and with a baseline `baseline`. They
// can be read again, as a log or as a baseline.
void WriteJson(const Findings& findings, std::ostream& out);
// SARIF 2.1.0. Both stacks are thread flows of one code flow, outermost frame first.
void WriteSarif(const Findings& findings, std::ostream& out);
// One file for a browser, with the sources' lines around the accesses as far as they are here.
void WriteHtml(const Findings& findings, std::ostream& out);
// Workflow commands of GitHub Actions: an annotation for each failure.
void WriteGithub(const Findings& findings, std::ostream& out);
// JUnit XML: a failed test case for each failure, of the class of the test that it belongs to.
void WriteJunit(const Findings& findings, std::ostream& out);

// The races that count as failures, in full.
void PrintRaces(const Findings& findings, std::ostream& out);
// One race with all that is known of it, each line indented by `indentation`.
// `sources`: where the lines around the accesses are from; null: they are not shown.
void PrintRace(const Race& race, const std::string& root, const std::string& indentation,
               std::ostream& out, SourceFiles* sources = nullptr);
// "data race on global 'counter'".
std::string Title(const Race& race);
// "Add (account.cc:16) and Sum (account.cc:31)".
std::string Where(const Race& race, const std::string& root);
// " (tests A.B, C.D)", or empty.
std::string TestsPhrase(const Race& race);

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_REPORT_WRITERS_H_
