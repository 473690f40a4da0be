// The prose of `--help`: what surrounds the list of options, in a manual page's sections.
#ifndef HBSAN_TOOLS_HELP_H_
#define HBSAN_TOOLS_HELP_H_

namespace hbsan::tools {

struct HelpText {
  const char* summary;   // one line
  const char* synopsis;  // what the command line looks like
  const char* body;      // DESCRIPTION and what follows
};

extern const HelpText kMainHelp;
extern const HelpText kCxxHelp;
extern const HelpText kCcHelp;
extern const HelpText kRunHelp;
extern const HelpText kBuildHelp;
extern const HelpText kTestHelp;
extern const HelpText kReportHelp;
extern const HelpText kExplainHelp;
extern const HelpText kSymbolizeHelp;
extern const HelpText kSelftestHelp;

}  // namespace hbsan::tools

#endif  // HBSAN_TOOLS_HELP_H_
