# Where reports go, in which form, and what the process says and returns: see ../cli/lib.sh.
source "$(dirname "${BASH_SOURCE[0]}")/../cli/lib.sh"

# Two races of different stacks; `both` without arguments, `both child` in a forked child too.
build_both() {
  cat >both.cc <<'EOF'
#include <sys/wait.h>
#include <unistd.h>

#include <initializer_list>
#include <thread>

int first, second;
void First() { ++first; }
void Second() { ++second; }

void RunBoth() {
  for (void (*function)() : {First, Second}) {
    std::thread other(function);
    function();
    other.join();
  }
}

int main(int argc, char**) {
  RunBoth();
  if (argc == 1) return 0;
  if (fork() == 0) {
    RunBoth();
    return 0;
  }
  int status = 0;
  wait(&status);
  return WEXITSTATUS(status) == 66 ? 0 : 1;
}
EOF
  "$cxx" -fsanitize=race -g both.cc -o both
}

# count TEXT FILE...: the lines with it.
count() {
  local text=$1
  shift
  cat "$@" | grep -cF -- "$text" || true
}
expect_count() {
  local wanted=$1
  shift
  local found
  found=$(count "$@")
  [[ $found -eq $wanted ]] || fail "$found lines, not $wanted, with: $*"
}

case_options_from_the_environment() {
  build_both
  TSAN_OPTIONS=exitcode=3 expect 3 ./both
  TSAN_OPTIONS=exitcode=3 HBSAN_OPTIONS=exitcode=0 expect 0 ./both
  says "$race"
  says "hbsan: 2 data races reported"
}

case_unknown_options_are_one_warning() {
  build_both
  HBSAN_OPTIONS="nonsense=1:report_bugs=0:exitcode=many" expect 0 ./both
  says_only "hbsan: unknown or malformed options are ignored: nonsense=1, exitcode=many"
}

case_help() {
  build_both
  HBSAN_OPTIONS=help=1:max_reports=7 expect 66 ./both
  says "  max_reports=7  (number)"
  says "$race"
}

case_default_options_of_the_program() {
  build_both
  cat >>both.cc <<'EOF'
extern "C" const char* __tsan_default_options() { return "exitcode=5:max_reports=1"; }
extern "C" const char* __tsan_default_suppressions() { return "race:^Second"; }
EOF
  "$cxx" -fsanitize=race -g both.cc -o both
  expect 5 ./both
  says "hbsan: 1 data race reported"
  HBSAN_OPTIONS=exitcode=6 expect 6 ./both
}

case_halt_on_error() {
  build_both
  HBSAN_OPTIONS=halt_on_error=1 expect 66 ./both
  expect_count 1 "$race" said
}

case_max_reports() {
  build_both
  HBSAN_OPTIONS=max_reports=1 expect 66 ./both
  expect_count 1 "$race" said
  says "hbsan: 2 data races reported, 1 of them not shown (max_reports)"
}

case_races_inside_the_library_are_one() {
  cat >list.cc <<'EOF'
#include <thread>
#include <vector>
#include "unseen.h"
std::vector<int> list;
Unseen order;
void Add() {
  for (int i = 0; i < 10; ++i) list.push_back(i);
}
void First() {
  Add();
  order.Reach(1);
}
void Second() {
  order.Await(1);
  Add();
}
int main() {
  list.reserve(40);
  std::thread a(First), b(Second);
  a.join();
  b.join();
}
EOF
  "$cxx" -fsanitize=race -g -O1 -I "$root/testdata" list.cc -o list
  HBSAN_OPTIONS=json_path=$work/json expect 66 ./list
  expect_count 1 "$race" said
  says "hbsan: 1 data race reported; 1 more at the same lines left out"
  expect_count 2 '"type":"report"' json.*
  HBSAN_OPTIONS=print_full_stacks=1 expect 66 ./list
  expect_count 2 "$race" said
}

case_log_path_is_per_process() {
  build_both
  HBSAN_OPTIONS=log_path=$work/log expect 66 ./both child
  [[ ! -s said ]] || fail "not all went to the files"
  [[ $(ls log.* | wc -l) -eq 2 ]] || fail "not one file for each process"
  expect_count 4 "$race" log.*
  expect_count 2 "hbsan: 2 data races reported" log.*
}

case_full_disk() {
  build_both
  status=0
  (
    ln -sf /dev/full "$work/log.$BASHPID"
    HBSAN_OPTIONS=log_path=$work/log exec ./both
  ) 2>said || status=$?
  [[ $status -eq 66 ]] || fail "status $status"
  expect_count 1 "no space left on device; reports go to standard error" said
  expect_count 2 "$race" said
}

case_missing_log_directory() {
  build_both
  HBSAN_OPTIONS=log_path=/nowhere/log expect 66 ./both
  expect_count 1 "no such file or directory; reports go to standard error" said
  expect_count 2 "$race" said
}

case_closed_and_full_standard_error() {
  build_both
  status=0
  ./both 2>&- || status=$?
  [[ $status -eq 66 ]] || fail "status $status with standard error closed"
  status=0
  ./both 2>/dev/full || status=$?
  [[ $status -eq 66 ]] || fail "status $status with standard error full"
  status=0
  ./both <&- >&- 2>&- || status=$?
  [[ $status -eq 66 ]] || fail "status $status with everything closed"
}

case_broken_pipe() {
  build_both
  { status=0; ./both || status=$?; echo $status >status; } 2>&1 | true
  [[ $(cat status) -eq 66 ]] || fail "status $(cat status)"
}

case_json_on_standard_error() {
  build_both
  HBSAN_OPTIONS=report_format=json expect 66 ./both
  [[ $(wc -l <said) -eq 3 ]] || fail "not two reports and a summary"
  expect_count 2 '{"version":1,"type":"report","kind":"data race",' said
  expect_count 1 '"races":2,"others":0,"not_shown":0,"suppressions":[]}' said
}

case_json_beside_text() {
  build_both
  HBSAN_OPTIONS=json_path=$work/json expect 66 ./both child
  expect_count 4 "$race" said
  expect_count 4 '"type":"report"' json.*
}

case_suppressions() {
  build_both
  printf 'race:^First\nrace:both.cc\nrace:nothing\n' >rules
  HBSAN_OPTIONS=suppressions=rules expect 0 ./both
  says "hbsan: suppressed 2 reports: race:^First (1) race:both.cc (1)"
  says "hbsan: suppressions that never matched: race:nothing"
  says_not "$race"
}

case_unreadable_suppressions() {
  build_both
  HBSAN_OPTIONS=suppressions=$work/missing expect 1 ./both
  says_only "hbsan: cannot read suppressions $work/missing: no such file or directory"
  echo 'rice:First' >rules
  HBSAN_OPTIONS=suppressions=$work/rules expect 1 ./both
  says_only "hbsan: malformed suppression in $work/rules: rice:First"
}

case_symbolized_later() {
  build_both
  HBSAN_OPTIONS=external_symbolizer_path=/nowhere expect 66 ./both
  says "hbsan: cannot run /nowhere"
  says_not "#0 First()"
  "$hbsan" symbolize <said >complete
  expect_count 2 "#0 First() $work/both.cc:8:" complete
}

case_symbolizer_that_dies() {
  build_both
  printf '#!/bin/sh\nread line\nexit 1\n' >dies
  chmod +x dies
  HBSAN_OPTIONS=external_symbolizer_path=$work/dies expect 66 ./both
  expect_count 2 "$race" said
  says "(BuildId: "
}

case_broken_symbolizer() {
  build_both
  printf '#!/bin/sh\nwhile read line; do echo "what?"; echo; done\n' >garbage
  chmod +x garbage
  HBSAN_OPTIONS=external_symbolizer_path=$work/garbage expect 66 ./both
  expect_count 2 "$race" said
}

# The program's own wait functions, signals and descriptors do not meet the symbolizer.
case_symbolizer_is_not_the_programs() {
  cat >watch.cc <<'EOF'
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

int counter;
volatile sig_atomic_t children;
void CountChild(int) { children = children + 1; }

int NextDescriptor() {
  const int next = dup(0);
  close(next);
  return next;
}

int main() {
  signal(SIGCHLD, CountChild);
  const int before = NextDescriptor();
  std::thread other([] { ++counter; });
  ++counter;
  other.join();
  const int waited = waitpid(-1, nullptr, WNOHANG);
  const bool no_child = waited == -1 && errno == ECHILD;
  printf("no child %d, signals %d, descriptors %d\n", no_child, (int)children,
         NextDescriptor() - before);
}
EOF
  "$cxx" -fsanitize=race -g watch.cc -o watch
  expect 66 ./watch
  says "no child 1, signals 0, descriptors 0"
  says "#0 main::"
}

case_symbolizer_ends_before_exec() {
  cat >then.cc <<'EOF'
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

int counter;

int main(int argc, char** argv) {
  if (argc > 1) return waitpid(-1, nullptr, __WALL) == -1 ? 0 : 1;
  std::thread other([] { ++counter; });
  ++counter;
  other.join();
  execl(argv[0], argv[0], "again", nullptr);
}
EOF
  "$cxx" -fsanitize=race -g then.cc -o then
  expect 0 ./then
  says "$race"
}

case_report_on_a_small_signal_stack() {
  cat >small.cc <<'EOF'
#include <signal.h>

#include <thread>

int counter;
char stack[9 << 10];
void Count(int) { ++counter; }

int main() {
  stack_t alternate = {};
  alternate.ss_sp = stack;
  alternate.ss_size = sizeof(stack);
  sigaltstack(&alternate, nullptr);
  struct sigaction action = {};
  action.sa_handler = Count;
  action.sa_flags = SA_ONSTACK;
  sigaction(SIGUSR1, &action, nullptr);
  std::thread other([] { ++counter; });
  raise(SIGUSR1);
  other.join();
}
EOF
  "$cxx" -fsanitize=race -g small.cc -o small
  finds_race ./small
  says "Count(int)"
}

case_names_of_an_unloaded_library() {
  cat >plugin.cc <<'EOF'
extern "C" void PluginWrite(int* to) { *to = 1; }
EOF
  cat >host.cc <<'EOF'
#include <dlfcn.h>

#include <thread>

volatile bool written;
__attribute__((no_sanitize("thread"))) void SetWritten() { written = true; }
__attribute__((no_sanitize("thread"))) void AwaitWritten() {
  while (!written) {
  }
}

int main(int, char** argv) {
  void* plugin = dlopen(argv[1], RTLD_NOW);
  auto write = reinterpret_cast<void (*)(int*)>(dlsym(plugin, "PluginWrite"));
  int* heap = new int;
  std::thread other([=] {
    write(heap);
    SetWritten();
  });
  AwaitWritten();
  dlclose(plugin);
  *heap = 2;
  other.join();
}
EOF
  "$cxx" -fsanitize=race -g -fPIC -shared plugin.cc -o plugin.so
  "$cxx" -fsanitize=race -g host.cc -o host
  expect 66 ./host "$work/plugin.so"
  says "#0 PluginWrite $work/plugin.cc:1:"
}

case_callbacks_of_the_program() {
  build_both
  cat >>both.cc <<'EOF'
#include <stdio.h>
extern "C" int __tsan_get_report_data(void*, const char**, int*, int*, int*, int*, int*, int*, int*,
                                      void**, unsigned long);
extern "C" int __tsan_get_report_mop(void*, unsigned long, int*, void**, int*, int*, int*, void**,
                                     unsigned long);
extern "C" void __tsan_on_report(void* report) {
  const char* kind;
  int count, stacks, accesses, locations, mutexes, threads, tids, tid, size, write, atomic;
  void* address;
  void* trace[4];
  __tsan_get_report_data(report, &kind, &count, &stacks, &accesses, &locations, &mutexes, &threads,
                         &tids, trace, 4);
  __tsan_get_report_mop(report, 1, &tid, &address, &size, &write, &atomic, trace, 4);
  printf("%s: %d accesses, %d threads, size %d, write %d, at first %d\n", kind, accesses, threads,
         size, write, address == &first);
}
extern "C" void __sanitizer_report_error_summary(const char* summary) { printf("[%s]\n", summary); }
EOF
  "$cxx" -fsanitize=race -g both.cc -o both
  HBSAN_OPTIONS=log_path=$work/log:strip_path_prefix=$work/ expect 66 ./both
  says "data-race: 2 accesses, 2 threads, size 4, write 1, at first 1"
  says "data-race: 2 accesses, 2 threads, size 4, write 1, at first 0"
  says "[SUMMARY: hbsan: data race both.cc:8:16 in First()]"
}

# Its own variables lie elsewhere in a frame at each of these.
case_local_variables_have_names() {
  cat >local.cc <<'EOF'
#include <thread>

struct Total {
  long sums[4], count;
};

__attribute__((noinline)) long Sum(int n) {
  volatile char unrelated[100] = {};
  Total total = {};
  std::thread other([&] { ++total.count; });
  total.count += n + unrelated[n];
  other.join();
  return total.count;
}

int main(int argc, char**) { return Sum(argc) == 0; }
EOF
  for flags in -O0 -O1 -O2 '-O2 -fno-omit-frame-pointer'; do
    "$cxx" -fsanitize=race -g $flags local.cc -o local
    HBSAN_OPTIONS=strip_path_prefix=$work/ expect 66 ./local
    says "  Location is stack of main thread, variable 'total' of size 40 in Sum(int), offset 32,"
    says "    declared at local.cc:9"
  done
  "$cxx" -fsanitize=race -O1 local.cc -o local
  expect 66 ./local
  says "  Location is stack of main thread"
  says_not "variable"
}

"case_$1"
