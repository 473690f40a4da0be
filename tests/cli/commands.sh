# hbsan run, build, test and symbolize.
source "$(dirname "$0")/lib.sh"

case_run_finds_the_race() {
  finds_race "$hbsan" run main.cc bump.cc
  finds_race "$hbsan" run main.c bump.c
  finds_race "$hbsan" run main.cc bump.c  # C and C++ in one program
}

case_run_passes_arguments_status_and_signals() {
  echo '#include <stdio.h>
int main(int argc, char** argv) { puts(argv[argc - 1]); return argc; }' >args.c
  expect 3 "$hbsan" run -O2 args.c -- -x 'a b'
  says_only 'a b'
  echo '#include <signal.h>
int main(void) { return raise(SIGTERM); }' >signal.c
  expect 143 "$hbsan" run signal.c
}

case_run_builds_once() {
  echo '#include "value.h"
int main(void) { return VALUE; }' >value.c
  echo '#define VALUE 1' >value.h
  expect 1 "$hbsan" run value.c
  expect 1 env PATH=/nonexistent "$hbsan" run value.c
  [[ $(find cache -name value -type f | wc -l) -eq 1 ]] || fail "built twice"
  echo '#define VALUE 2' >value.h
  expect 2 "$hbsan" run value.c
  expect 3 "$hbsan" run -UVALUE -DEXTRA -include value.h -Dmain="main(void){return 3;} int f" value.c
  expect 2 "$hbsan" run --rebuild value.c
}

case_run_notices_a_new_library() {
  echo 'int value(void) { return 1; }' >value.c
  echo 'int value(void); int main(void) { return value(); }' >user.c
  for result in 1 2; do
    sed -i "s/return [0-9]/return $result/" value.c
    "$cc" -c value.c
    rm -f libvalue.a
    ar rcs libvalue.a value.o
    expect $result "$hbsan" run user.c -L. -lvalue
  done
}

case_run_many_at_once() {
  echo 'int main(void) { return 7; }' >seven.c
  for i in {1..6}; do
    (status=0; "$hbsan" run seven.c || status=$?; echo $status >status.$i) &
  done
  wait
  [[ $(cat status.* | sort -u) == 7 ]] || fail "statuses: $(cat status.*)"
}

case_run_says_what_is_wrong() {
  expect 1 "$hbsan" run gone.cc
  says_only "hbsan: error: gone.cc: no such file"
  expect 1 "$hbsan" run
  says_only "hbsan: error: no source file was named"
  expect 1 "$hbsan" run .
  says_only "hbsan: error: .: is a directory"
  expect 1 "$hbsan"
  says_only "hbsan: error: no command (hbsan --help lists them)"
  expect 1 "$hbsan" report
  says_only "(hbsan report --help tells more)"
  expect 1 "$hbsan" run -c main.cc
  says_only "hbsan: error: run links a program"
  expect 1 "$hbsan" run -m32 main.cc
  says_only "hbsan: error: -m32 cannot be combined"
  expect 1 env -u HOME -u XDG_CACHE_HOME "$hbsan" run main.cc
  says_only "set XDG_CACHE_HOME or HOME"
  expect 1 env XDG_CACHE_HOME=/proc "$hbsan" run main.cc
  says_only "cannot write to the cache"
  echo 'int main() { return x; }' >bad.cc
  expect 1 "$hbsan" run bad.cc
  says "bad.cc:1:21: error:"
  says_not "hbsan: error"
}

case_build_leaves_a_program() {
  expect 0 "$hbsan" build main.cc bump.cc
  finds_race ./main
  expect 0 "$hbsan" build -o prog main.c bump.c
  finds_race ./prog
  expect 0 "$hbsan" build -c bump.cc
  [[ -f bump.o ]] || fail "no object"
}

case_test_sums_up() {
  "$hbsan" build -o racy main.cc bump.cc
  cp racy racy2
  expect 66 "$hbsan" test -- sh -c './racy; ./racy; ./racy2; exit 5'
  says "1. data race on global 'shared', 3 reports of racy, racy2"
  says "program racy, racy2      1        3"
  says "hbsan test: 1 distinct race in 3 reports from 3 processes; the test command ended with status 5"
  echo 'int main(void) { return 0; }' >fine.c
  "$hbsan" build fine.c
  expect 5 "$hbsan" test -- sh -c './fine; exit 5'
  says "hbsan test: no races; the test command ended with status 5"
}

case_test_runs_ctest() {
  "$hbsan" build -o racy main.cc bump.cc
  mkdir build
  echo "add_test(one $PWD/racy)" >build/CTestTestfile.cmake
  expect 66 "$hbsan" test
  says "1 tests failed out of 1"
  says "hbsan test: 1 distinct race in 1 report from 1 process"
  expect 66 "$hbsan" test --build-dir build --keep-reports kept
  grep -q '"data race"' kept/reports.* || fail "no report kept"
  expect 66 "$hbsan" report kept
  says_not "warning"
  rm -r build
  expect 1 "$hbsan" test
  says_only "hbsan: error: no CTest tests in . or ./build"
  expect 1 "$hbsan" test --build-dir kept
  says_only "hbsan: error: no CTest tests in kept"
  expect 1 "$hbsan" test --keep-reports racy -- true
  says_only "hbsan: error: cannot make the directory racy"
}

case_symbolize_completes_frames() {
  "$hbsan" build -o racy main.cc bump.cc
  HBSAN_OPTIONS=symbolize=0 ./racy >report 2>&1 || true
  grep -q '#0 (.*racy+0x' report || { cat report; fail "nothing to symbolize"; }
  expect 0 "$hbsan" symbolize report
  says "#0 bump"
  says "bump.cc:3"
  expect 1 "$hbsan" symbolize gone
  says_only "hbsan: error: cannot read gone"
}

case_help_of_every_command() {
  for command in "" run build c++ cc test report explain symbolize selftest; do
    expect 0 "$hbsan" $command --help
    says SYNOPSIS
    says DESCRIPTION
  done
  expect 1 "$hbsan" nonsense
  says_only "hbsan: error: no command nonsense"
}

write_sources
"case_${1:?names no case}"
