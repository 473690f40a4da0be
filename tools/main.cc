// The `hbsan` command, and `hbsan-c++` and `hbsan-cc`, which are links to it.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tools/commands.h"
#include "tools/driver.h"
#include "tools/help.h"

namespace hbsan::tools {
namespace {

namespace fs = std::filesystem;
using Args = std::vector<std::string>;

// Prints a command's one line, unless what failed has said why, and gives the exit status.
int Finish(const absl::Status& status) {
  if (status.ok()) return 0;
  if (!status.message().empty()) std::cerr << "hbsan: error: " << status.message() << "\n";
  return 1;
}

int Finish(const absl::StatusOr<int>& status) {
  return status.ok() ? *status : Finish(status.status());
}

// Lays help out as a manual page.
class ManualPage : public CLI::Formatter {
 public:
  explicit ManualPage(const HelpText& text) : text_(text) {}

  std::string make_help(const CLI::App* app, std::string, CLI::AppFormatMode mode) const override {
    std::string name = app->get_parent() == nullptr ? "hbsan" : "hbsan " + app->get_name();
    const std::string options = make_subcommands(app, mode) + make_groups(app, mode);
    return absl::StrCat(
        "NAME\n  ", name, " - ", text_.summary, "\n\nSYNOPSIS\n  ",
        absl::StrReplaceAll(text_.synopsis, {{"\n", "\n  "}}), "\n",
        absl::StrReplaceAll(options, {{"Subcommands:", "COMMANDS"}, {"Options:", "OPTIONS"}}), "\n",
        text_.body, "\n");
  }

 private:
  const HelpText& text_;
};

CLI::App* AddCommand(CLI::App& app, const std::string& name, const HelpText& text) {
  CLI::App* command = app.add_subcommand(name, text.summary);
  command->formatter(std::make_shared<ManualPage>(text));
  return command;
}

void AddTest(CLI::App& app, const Args& after_separator, int& status) {
  CLI::App* command = AddCommand(app, "test", kTestHelp);
  auto options = std::make_shared<TestOptions>();
  command->add_option("--build-dir", options->build_dir, "Where CTest's tests are")
      ->type_name("DIR");
  command
      ->add_option("--keep-reports", options->keep_reports,
                   "Leave the reports in DIR, JSON lines, a file for each process")
      ->type_name("DIR");
  command->callback([=, &status] {
    options->command = after_separator;
    status = Finish(TestCommand(*options));
  });
}

void AddSymbolize(CLI::App& app, int& status) {
  CLI::App* command = AddCommand(app, "symbolize", kSymbolizeHelp);
  auto file = std::make_shared<std::string>();
  command->add_option("FILE", *file, "The report; default: standard input");
  command->callback([=, &status] { status = Finish(SymbolizeCommand(*file)); });
}

void AddReport(CLI::App& app, int& status) {
  CLI::App* command = AddCommand(app, "report", kReportHelp);
  auto options = std::make_shared<ReportOptions>();
  const auto add = [&](const char* name, auto& value, const char* type, const char* what) {
    command->add_option(name, value, what)->type_name(type);
  };
  add("LOG", options->logs, "", "Logs, directories of logs, or - for standard input");
  add("--format", options->formats, "FORMAT[=FILE]",
      "text, json, sarif, html, github, junit; may be repeated; default: text");
  add("--baseline", options->baseline, "FILE", "Fail only on races that are not in FILE");
  add("--function", options->function, "REGEX", "Only races with such a function on a stack");
  add("--file", options->file, "REGEX", "Only races with such a file on a stack");
  add("--test", options->test, "REGEX", "Only races of such a test");
  add("--fingerprint", options->fingerprint, "ID", "Only the race whose fingerprint begins so");
  add("--source-root", options->source_root, "DIR",
      "Show paths below DIR relative to it; default: the current directory");
  command->get_option("--format")->allow_extra_args(false);  // what follows its value is a LOG
  command->get_option("LOG")->required();
  command->callback([=, &status] { status = Finish(ReportCommand(*options)); });
}

void AddExplain(CLI::App& app, int& status) {
  CLI::App* command = AddCommand(app, "explain", kExplainHelp);
  auto id = std::make_shared<std::string>();
  auto logs = std::make_shared<Args>();
  command->add_option("ID", *id, "How the race's fingerprint begins")->required();
  command->add_option("LOG", *logs, "Where it is; default: the last hbsan test");
  command->callback([=, &status] { status = Finish(ExplainCommand(*id, *logs)); });
}

void AddSelftest(CLI::App& app, const Layout& layout, int& status) {
  CLI::App* command = AddCommand(app, "selftest", kSelftestHelp);
  auto quick = std::make_shared<bool>(false);
  command->add_flag("--quick", *quick, "Only the unit tests: seconds");
  command->callback([=, &status] {
    status = Finish(SelftestCommand(*quick ? SelftestScope::kQuick : SelftestScope::kAll, layout));
  });
}

// `hbsan run`, less its own option.
absl::Status Run(Args args, const Layout& layout) {
  const bool rebuild = !args.empty() && args[0] == "--rebuild";
  if (rebuild) args.erase(args.begin());
  return RunCommand(args, rebuild, layout);
}

// The commands whose arguments are a compiler's: CLI11 knows their help, but not their options.
std::optional<absl::Status> RunCompilerCommand(const std::string& name, const Args& args,
                                               const Layout& layout) {
  if (!args.empty() && args[0] == "--help") return std::nullopt;
  if (name == "c++") return ExecCompiler(Language::kCxx, args, layout);
  if (name == "cc") return ExecCompiler(Language::kC, args, layout);
  if (name == "run") return Run(args, layout);
  if (name == "build") return BuildCommand(args, layout);
  return std::nullopt;
}

// `after_separator`: what follows `--`, another program's command line.
int RunOtherCommand(int argc, char** argv, const Args& after_separator, const Layout& layout) {
  CLI::App app;
  app.formatter(std::make_shared<ManualPage>(kMainHelp));
  app.set_version_flag("--version", "hbsan " HBSAN_VERSION, "Print the version and exit");
  app.require_subcommand(1);
  int status = 0;
  bool rebuild = false;  // Read by Run: here it only has its line in the help.
  AddCommand(app, "run", kRunHelp)
      ->add_flag("--rebuild", rebuild, "Build even if the cache has the program; comes first");
  AddCommand(app, "build", kBuildHelp);
  AddCommand(app, "c++", kCxxHelp);
  AddCommand(app, "cc", kCcHelp);
  AddTest(app, after_separator, status);
  AddReport(app, status);
  AddExplain(app, status);
  AddSymbolize(app, status);
  AddSelftest(app, layout, status);
  if (argc <= 1) return Finish(absl::NotFoundError("no command (hbsan --help lists them)"));
  const std::string name = argv[1];
  const auto is_named = [&](const CLI::App* command) { return command->get_name() == name; };
  const bool known = name == "--help" || name == "-h" || name == "--version";
  if (!known && app.get_subcommands(is_named).empty()) {
    return Finish(
        absl::NotFoundError(absl::StrCat("no command ", name, " (hbsan --help lists them)")));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    std::cerr << "hbsan: error: " << error.what() << " (hbsan " << name << " --help tells more)\n";
    return 1;
  }
  return status;
}

}  // namespace
}  // namespace hbsan::tools

int main(int argc, char** argv) {
  using namespace hbsan::tools;
  const absl::StatusOr<Layout> layout = Layout::OfThisCommand();
  if (!layout.ok()) return Finish(layout.status());
  const std::string name = argc > 0 ? fs::path(argv[0]).filename().string() : "hbsan";
  const Args args(argv + std::min(argc, 1), argv + argc);
  if (name == "hbsan-c++") return Finish(ExecCompiler(Language::kCxx, args, *layout));
  if (name == "hbsan-cc") return Finish(ExecCompiler(Language::kC, args, *layout));
  if (!args.empty()) {
    const std::optional<absl::Status> status =
        RunCompilerCommand(args[0], {args.begin() + 1, args.end()}, *layout);
    if (status) return Finish(*status);
  }
  char** const separator = std::find(argv, argv + argc, std::string_view("--"));
  const Args after_separator(std::min(separator + 1, argv + argc), argv + argc);
  return RunOtherCommand(static_cast<int>(separator - argv), argv, after_separator, *layout);
}
