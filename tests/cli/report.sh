# hbsan report: merging, fingerprints, formats, baselines; and how logs are written.
source "$(dirname "$0")/lib.sh"

# The fingerprints of the logs named, one a line.
fingerprints() {
  local status=0
  "$hbsan" report --format json "$@" >merged || status=$?
  [[ $status -eq 0 || $status -eq 66 ]] || fail "report ended with $status"
  sed 's/.*"fingerprint":"\([0-9a-f]*\)".*/\1/' merged | sort
}

# log_of NAME COMMAND...: its JSON log is the file NAME.
log_of() {
  local name=$1
  shift
  HBSAN_OPTIONS=json_path=$work/tmp "$@" >/dev/null 2>&1 || true
  cat tmp.* >"$name"
  rm -f tmp.*
}

# Two races on one pair of lines, one in an inlined function, one on the heap, one in a lambda.
write_many() {
  cat >many.cc <<'END'
#include <thread>
#include <vector>

struct Account {
  int balance, entries;
};
Account account;
int total;
static inline void Bump(int* at) { ++*at; }

void Deposit(int* heap, std::vector<int>* list) {
  ++account.balance, ++account.entries;
  Bump(&total);
  *heap = *heap + 1;
  list->push_back(1);
}

int main() {
  int* heap = new int(0);
  std::vector<int> list(1);
  list.reserve(100);
  int local = 0;
  auto run = [&] {
    Deposit(heap, &list);
    ++local;
  };
  std::thread a(run), b(run);
  a.join();
  b.join();
}
END
}

case_fingerprints_stay_the_same() {
  write_many
  "$cxx" -fsanitize=race -g -O0 many.cc -o many
  for i in 1 2 3 4 5; do log_of $i.json ./many; done
  fingerprints 1.json >wanted
  for i in 2 3 4 5; do fingerprints $i.json | diff wanted - || fail "another run"; done
  sed -i '1i\' many.cc
  for i in {1..20}; do sed -i "9i void Unrelated$i() { auto f = [] {}; f(); }" many.cc; done
  mkdir elsewhere
  mv many.cc elsewhere
  "$cxx" -fsanitize=race -g -O2 elsewhere/many.cc -o other
  log_of other.json ./other
  fingerprints other.json >got
  # -O2 writes both of the account's numbers at once.
  [[ -z $(comm -13 wanted got) && $(wc -l <got) -eq 5 && $(wc -l <wanted) -eq 6 ]] || {
    "$hbsan" report 1.json other.json >&2
    fail "-O2, other lines, other directory"
  }
}

case_fingerprints_stay_the_same_at_all_levels() {
  for level in 0 1 2 3; do
    "$cxx" -fsanitize=race -g -O$level "$root/testdata/fingerprints/forms.cc" -o forms
    log_of $level.json ./forms
    fingerprints $level.json >$level
    diff 0 $level || { "$hbsan" report 0.json $level.json >&2; fail "-O$level"; }
  done
  [[ $(wc -l <0) -gt 60 ]] || fail "not all forms raced: $(wc -l <0)"
}

case_two_races_on_one_line_differ() {
  write_many
  "$cxx" -fsanitize=race -g -O1 many.cc -o many
  log_of log.json ./many
  expect 66 "$hbsan" report log.json
  [[ $(grep -c "^[0-9]*\. data race on global 'account'" said) -eq 2 ]] || fail "$(cat said)"
}

case_merges_logs_and_directories() {
  "$hbsan" build -o racy main.cc bump.cc
  mkdir logs
  for i in 1 2 3; do log_of logs/$i ./racy; done
  expect 66 "$hbsan" report --format text logs logs/1
  says "1. data race on global 'shared', 4 reports of racy"
  says "hbsan report: 1 distinct race in 4 reports"
  expect 66 bash -c "cat logs/* | '$hbsan' report - --format json=merged.json"
  expect 66 "$hbsan" report merged.json merged.json
  says "1 distinct race in 6 reports"
}

case_filters() {
  write_many
  "$cxx" -fsanitize=race -g -O1 many.cc -o many
  log_of log.json ./many
  expect 66 "$hbsan" report log.json --function '^Bump'
  says "1 distinct race in"
  expect 0 "$hbsan" report log.json --file 'nothing\.cc'
  says "hbsan report: no races"
  id=$(fingerprints log.json | head -1)
  expect 66 "$hbsan" report log.json --fingerprint "${id:0:8}"
  says "[$id]"
  says "1 distinct race in"
  expect 1 "$hbsan" report log.json --function '('
  says_only "hbsan: error: no regular expression: ("
}

case_truncated_and_foreign_logs_are_one_warning_each() {
  "$hbsan" build -o racy main.cc bump.cc
  log_of good.json ./racy
  { head -1 good.json; head -c 300 good.json; } >cut.json
  { echo 'Segmentation fault'; head -1 good.json; echo '{"a": 1}'; } >mixed.json
  head -c 5000 racy >noise.bin
  expect 66 "$hbsan" report cut.json mixed.json noise.bin gone.json good.json
  says "hbsan: warning: cut.json: 1 line of 2 left out"
  says "the last is cut off"
  says_not "hbsan: error"
  says "hbsan: warning: mixed.json: 2 lines of 3 left out"
  says "hbsan: warning: gone.json cannot be read"
  says "1 distinct race in 3 reports"
  [[ $(grep -c 'hbsan: warning' said) -eq 4 ]] || fail "not one warning each: $(cat said)"
  expect 1 "$hbsan" report gone.json
  says_only "hbsan: error: gone.json cannot be read"
  expect 1 "$hbsan" report noise.bin
  says "hbsan: error: noise.bin: "
  : >empty.json
  expect 0 "$hbsan" report empty.json
  says_only "hbsan report: no races"
}

case_completes_frames_first() {
  "$hbsan" build -o racy main.cc bump.cc
  log_of named.json ./racy
  HBSAN_OPTIONS=symbolize=0:json_path=$work/bare ./racy >/dev/null 2>&1 || true
  ! grep -q '"function":"bump"' bare.* || fail "symbolized already"
  expect 66 "$hbsan" report named.json bare.*
  says "1 distinct race in 2 reports"
}

case_baseline() {
  write_many
  "$hbsan" build -o racy main.cc bump.cc
  "$cxx" -fsanitize=race -g -O1 many.cc -o many
  log_of old.json ./racy
  log_of new.json ./many
  expect 66 "$hbsan" report old.json --format json=baseline.json
  expect 0 "$hbsan" report old.json --baseline baseline.json
  says "1 distinct race in 1 report: 0 new, 1 in the baseline; 0 of the baseline vanished"
  expect 66 "$hbsan" report old.json new.json --baseline baseline.json --function '^(bump|Bump)'
  says "1. data race on global 'total'"
  says "2 distinct races in 2 reports: 1 new, 1 in the baseline; 0 of the baseline vanished"
  : >empty.json
  expect 0 "$hbsan" report empty.json --baseline baseline.json
  says "Vanished, only in the baseline:"
  says "  data race on global 'shared'"
  expect 1 "$hbsan" report old.json --baseline gone.json
  says_only "hbsan: error: gone.json cannot be read"
  { cat baseline.json; echo "<html>"; } >damaged.json
  expect 1 "$hbsan" report old.json --baseline damaged.json
  says_only "hbsan: error: baseline damaged.json: 1 line of 2 left out"
}

case_formats() {
  write_many
  "$cxx" -fsanitize=race -g -O1 many.cc -o many
  log_of log.json ./many
  expect 66 "$hbsan" report log.json --format sarif=races.sarif --format junit=races.xml --format github
  says "::error file=many.cc,line="
  /usr/bin/python3 "$root/tests/cli/check_sarif.py" races.sarif
  /usr/bin/python3 -c 'import sys, xml.etree.ElementTree as tree
suite = tree.parse("races.xml").getroot()[0]
assert int(suite.get("failures")) == len(suite.findall("testcase/failure")) > 4'
  expect 1 "$hbsan" report log.json --format yaml
  says_only "hbsan: error: no format yaml"
  expect 1 "$hbsan" report log.json --format sarif=/nowhere/x
  says_only "hbsan: error: cannot write /nowhere/x"
  expect 1 "$hbsan" report log.json --format sarif=
  says_only "hbsan: error: no file after --format sarif="
}

case_html() {
  write_many
  "$cxx" -fsanitize=race -g -O1 many.cc -o many
  log_of log.json ./many
  expect 66 "$hbsan" report log.json --format html=races.html
  head -1 log.json >one.json
  for i in {1..500}; do sed "s/Deposit(/Deposit$i(/g" one.json; done >log500.json
  expect 66 "$hbsan" report log500.json --format html=races500.html
  /usr/bin/python3 "$root/tests/cli/check_html.py" races.html races500.html
}

# Many processes with one log: every line is whole.
case_processes_never_interleave() {
  write_many
  "$cxx" -fsanitize=race -g -O1 many.cc -o many
  for i in {1..8}; do
    (for j in 1 2 3; do HBSAN_OPTIONS=report_format=json ./many || true; done) 2>>one.log &
  done
  wait
  expect 66 "$hbsan" report one.log
  says_not "warning"
  [[ $(grep -c '"type":"summary"' one.log) -eq 24 ]] || fail "not a summary of each"
}

case_a_killed_process_leaves_its_reports() {
  cat >killed.cc <<'END'
#include <signal.h>

#include <thread>
int first, second;
int main() {
  std::thread a([] { ++first; });
  ++first;
  std::thread b([] { ++second; });
  ++second;
  a.join();
  b.join();
  raise(SIGKILL);
}
END
  "$cxx" -fsanitize=race -g killed.cc -o killed
  HBSAN_OPTIONS=json_path=$work/log expect 137 ./killed
  expect 66 "$hbsan" report log.*
  says_not "warning"
  says "2 distinct races in 2 reports"
}

write_sources
"case_${1:?names no case}"
