// What CI systems read: GitHub's workflow commands and JUnit XML.
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tools/report/frames.h"
#include "tools/report/writers.h"

namespace hbsan::tools {
namespace {

// A value of a workflow command; the text after `::` keeps its colons and commas.
std::string GithubText(const std::string& text) {
  return absl::StrReplaceAll(text, {{"%", "%25"}, {"\r", "%0D"}, {"\n", "%0A"}});
}

std::string GithubProperty(const std::string& text) {
  return absl::StrReplaceAll(GithubText(text), {{":", "%3A"}, {",", "%2C"}});
}

// Without what XML 1.0 cannot hold.
std::string Xml(const std::string& text) {
  std::string escaped =
      absl::StrReplaceAll(text, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}});
  std::erase_if(escaped, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t';
  });
  return escaped;
}

std::string Printed(const Race& race, const std::string& root) {
  std::ostringstream text;
  PrintRace(race, root, "", text);
  return text.str();
}

}  // namespace

void WriteGithub(const Findings& findings, std::ostream& out) {
  for (const Race* race : findings.Failures()) {
    out << "::error ";
    const Frame* place = TellingFrame(MainStack(*race));
    if (place != nullptr && !place->file.empty()) {
      out << "file=" << GithubProperty(ShownPath(place->file, findings.root)) << ",";
      if (place->line != 0) out << "line=" << place->line << ",";
      if (place->line != 0 && place->column != 0) out << "col=" << place->column << ",";
    }
    out << "title=" << GithubProperty("hbsan: " + Title(*race)) << "::"
        << GithubText(Where(*race, findings.root) + TestsPhrase(*race) + " [" + race->fingerprint +
                      "]\n" + Printed(*race, findings.root))
        << "\n";
  }
}

void WriteJunit(const Findings& findings, std::ostream& out) {
  const std::vector<const Race*> failures = findings.Failures();
  const size_t tests = std::max<size_t>(1, failures.size());
  const std::string counts =
      absl::StrCat("tests=\"", tests, "\" failures=\"", failures.size(), "\"");
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites " << counts
      << ">\n  <testsuite name=\"hbsan\" " << counts << " errors=\"0\" skipped=\"0\">\n";
  if (failures.empty()) out << "    <testcase classname=\"hbsan\" name=\"no new races\"/>\n";
  for (const Race* race : failures) {
    const std::string title = Title(*race) + " in " + Where(*race, findings.root);
    const std::string test = race->tests.empty() ? "hbsan" : *race->tests.begin();
    out << "    <testcase classname=\"" << Xml(test) << "\" name=\""
        << Xml(title + " [" + race->fingerprint + "]") << "\"";
    const Frame* place = TellingFrame(MainStack(*race));
    if (place != nullptr && !place->file.empty()) {
      out << " file=\"" << Xml(ShownPath(place->file, findings.root)) << "\" line=\"" << place->line
          << "\"";
    }
    out << ">\n      <failure type=\"" << Xml(std::string(race->kind)) << "\" message=\""
        << Xml(title) << "\">" << Xml(Printed(*race, findings.root))
        << "</failure>\n    </testcase>\n";
  }
  out << "  </testsuite>\n</testsuites>\n";
}

}  // namespace hbsan::tools
