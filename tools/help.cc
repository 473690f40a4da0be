#include "tools/help.h"

namespace hbsan::tools {

const HelpText kMainHelp = {"find data races in C and C++ programs", "hbsan COMMAND [ARGS...]",
                            R"(DESCRIPTION
  hbsan builds programs with clang 19 so that they detect their own data races while
  they run: two accesses to the same byte, at least one a write, that no
  synchronisation orders. Each race is reported on stderr with both call stacks.

  Shortest use:              hbsan run prog.cc
  In a build system:         CC=hbsan-cc CXX=hbsan-c++ CXXFLAGS=-fsanitize=race ...
                             (CXXFLAGS and CFLAGS for compiling, LDFLAGS for linking)
  Over a whole test suite:   hbsan test -- make check

ENVIRONMENT
  HBSAN_OPTIONS   Options of the built programs, NAME=VALUE separated by colons;
                  HBSAN_OPTIONS=help=1 makes a program list them. TSAN_OPTIONS is read
                  first.

EXIT STATUS
  A built program that reported anything ends with 66 (option exitcode). hbsan itself
  fails with 1 after one line that says why.

  `hbsan COMMAND --help` describes each command.)"};

const HelpText kCxxHelp = {"compile and link C++ as clang++ 19 does, with -fsanitize=race",
                           "hbsan c++ [CLANG-ARGUMENTS...]\nhbsan-c++ [CLANG-ARGUMENTS...]",
                           R"(DESCRIPTION
  Takes any command line of clang++ 19, whose own options `hbsan-c++ --help` lists.

  -fsanitize=race     Detect data races: instrument what is compiled, and link the runtime
                      into executables. Also inside a list: -fsanitize=race,undefined.
                      Give it when compiling and when linking.
  -fno-sanitize=race  Turn it off again; the last of the two counts.

  Without -fsanitize=race the command is clang++ itself. With it, __has_feature(thread_sanitizer)
  holds, and __attribute__((no_sanitize("thread"))) and -fsanitize-ignorelist= work as for
  ThreadSanitizer. Objects of `clang -fsanitize=thread` and `g++ -fsanitize=thread` may be
  linked in. A shared object leaves the runtime's symbols to the executable; -z defs is ignored
  for that reason.

  Cannot be combined with race: targets other than x86_64 Linux, -static, -static-pie,
  -shared-libsan, -resource-dir, and the sanitizers address, hwaddress, memory, leak, thread,
  dataflow, safe-stack and numerical.

EXIT STATUS
  clang's; 1 after one line if the arguments cannot be combined.

EXAMPLES
  CC=hbsan-cc CXX=hbsan-c++ CXXFLAGS='-g -O1 -fsanitize=race' ./configure
  cmake -DCMAKE_CXX_COMPILER=hbsan-c++ -DCMAKE_CXX_FLAGS='-g -fsanitize=race' ...)"};

const HelpText kCcHelp = {"compile and link C as clang 19 does, with -fsanitize=race",
                          "hbsan cc [CLANG-ARGUMENTS...]\nhbsan-cc [CLANG-ARGUMENTS...]",
                          R"(DESCRIPTION
  As `hbsan c++`, for C: see `hbsan c++ --help`.

EXAMPLES
  make CC=hbsan-cc CFLAGS='-g -O1 -fsanitize=race' LDFLAGS=-fsanitize=race)"};

const HelpText kRunHelp = {
    "compile a program with race detection and run it",
    "hbsan run [--rebuild] [COMPILER-FLAGS] FILE... [-- PROGRAM-ARGUMENTS...]",
    R"(DESCRIPTION
  Compiles and links the files (C by the suffix .c, else C++; objects and libraries too)
  with -g -O1 -fsanitize=race and the given flags, C++ as C++20 unless they say otherwise,
  and runs the program. The program keeps this process: its output, exit status and
  signals are what the caller sees.

  The built program is kept in a cache and reused while the files, every header and
  library they use, the flags, the current directory, the compiler and hbsan are the
  same. Only the program is kept, never a verdict.

ENVIRONMENT
  HBSAN_OPTIONS   Options of the program; HBSAN_OPTIONS=help=1 lists them.
  XDG_CACHE_HOME  Where the cache is, in the directory hbsan; default ~/.cache.

EXIT STATUS
  The program's, which is 66 if it reported a race; 1 if it could not be built.

EXAMPLES
  hbsan run counter.cc
  hbsan run -O2 -std=c++17 main.cc queue.cc -- --threads 4
  HBSAN_OPTIONS=report_format=json hbsan run counter.cc)"};

const HelpText kBuildHelp = {"compile a program with race detection",
                             "hbsan build [-o OUTPUT] [COMPILER-FLAGS] FILE...",
                             R"(DESCRIPTION
  As `hbsan run`, but leaves the program in OUTPUT (default: the first file's name without
  its suffix) and does not run it. Flags that stop earlier, such as -c, work as in clang.

EXIT STATUS
  The compiler's.

EXAMPLES
  hbsan build -o server server.cc -lssl && ./server)"};

const HelpText kTestHelp = {"run a test command and sum up the data races of all its processes",
                            "hbsan test [OPTIONS] [-- COMMAND ARGS...]",
                            R"(DESCRIPTION
  Runs COMMAND with every process that was built with race detection writing its reports
  to a common place, besides its stderr. When COMMAND has ended, prints each distinct race
  once: what and where, how often, in which programs and tests; then a table of the tests
  that raced, and one last line. Without COMMAND, runs `ctest --output-on-failure` in the
  current directory, or in ./build. A GoogleTest program that links hbsan::gtest says which
  test a race is of. `hbsan explain` prints one of the races again.

ENVIRONMENT
  HBSAN_OPTIONS   Passed on to the processes, with json_path added.

EXIT STATUS
  66 if any process reported a race, even one whose exit status was ignored; else
  COMMAND's.

EXAMPLES
  hbsan test
  hbsan test -- make check
  hbsan test --build-dir out/debug -- ninja -C out/debug test)"};

const HelpText kReportHelp = {"merge the logs of any number of processes into distinct races",
                              "hbsan report [OPTIONS] LOG...",
                              R"(DESCRIPTION
  Reads logs of JSON lines (report_format=json, json_path, or hbsan report's own), from any
  number of shards, jobs and machines, and writes each distinct race once. Reports are of
  one race if their fingerprints are the same: the functions of both stacks, the expressions
  accessed and the object, but no line, address or thread. Frames without names are
  completed if their modules are here. What is no report of hbsan's is left out with one
  warning line for each log.

  Formats: text, to be read; json, to be merged again or kept as a baseline; sarif, SARIF
  2.1.0; html, one file for a browser; github, workflow annotations; junit, JUnit XML.

EXIT STATUS
  66 if there is a race; with --baseline, if there is one that is not in the baseline.
  1 if a file cannot be written or nothing can be read. Otherwise 0.

EXAMPLES
  hbsan report logs/
  hbsan report --format sarif=races.sarif --format github logs/ shard2/*.json
  hbsan report --format json=baseline.json logs/
  hbsan report --baseline baseline.json logs/)"};

const HelpText kExplainHelp = {"print one race with all that is known of it",
                               "hbsan explain ID [LOG...]",
                               R"(DESCRIPTION
  Prints the race whose fingerprint begins with ID, as `hbsan test` and `hbsan report` print
  it in brackets: both stacks with their source lines, where its threads were started and
  its mutexes taken, why nothing orders the accesses, the pattern and its usual fix.

EXIT STATUS
  0; 1 if there is no such race, or more than one.

EXAMPLES
  hbsan explain 3cab42fe
  hbsan explain 3cab42fe races.json)"};

const HelpText kSymbolizeHelp = {"complete the stack frames of a report", "hbsan symbolize [FILE]",
                                 R"(DESCRIPTION
  Copies a report from FILE, or from standard input, and replaces each frame of the form
  `#N (module+0xoffset)` by its functions, files and lines, through llvm-symbolizer-19.
  For reports from a machine that has no llvm-symbolizer, or made with symbolize=0. The
  modules must be where they were.

EXIT STATUS
  0; 1 if the file cannot be read or llvm-symbolizer-19 is missing.

EXAMPLES
  hbsan symbolize race.log.4711)"};

const HelpText kSelftestHelp = {"run hbsan's own tests", "hbsan selftest [--quick]",
                                R"(DESCRIPTION
  In a checkout, `./hbsan selftest` builds everything, then checks formatting, the include
  directions and clang-tidy's findings, and runs all tests through CTest, whose summary
  comes last.

EXIT STATUS
  CTest's: 0 if all passed.)"};

}  // namespace hbsan::tools
