#!/bin/sh
# program.sh BIN SOURCE [PCH]: builds one program of testdata/seeds with the command in BIN (and with
# gosync.h precompiled in PCH), and runs it with 1, 2 and 8 workers. The first word of its name is the
# verdict:
#
# race_:     it exits 66. Both accesses of every report are on lines marked `// RACE`, and every such
#            line is in a report.
# norace_:   it exits 0, hbsan says nothing, and it prints its `// OUTPUT: text` lines.
# deadlock_: it exits 2.
#
# In each case it says every text of its `// EXPECT: text` lines.
set -eu
bin=$1 source=$2
name=$(basename "$source" .cc)
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"

"$bin/hbsan-c++" -std=c++20 -fsanitize=race -g -O1 ${3:+-include-pch "$3"} "$source" -o program
sed -n 's|^// OUTPUT: ||p' "$source" >wanted
sed -n 's|^// EXPECT: ||p' "$source" >expected
grep -n '// RACE$' "$source" | cut -d: -f1 | sort -u >marked || true

fail() {
  echo "$source, $workers workers: $1"
  cat out err
  exit 1
}

# The marked lines in the stacks of the reports' accesses; "unmarked" for a stack without one.
racy_lines() {
  awk -v name="/$name.cc:" '
    NR == FNR { marked[$1] = 1; next }
    function finish() { if (inside) print found == "" ? "unmarked" : found; inside = 0 }
    /^  (Previous )?[A-Za-z ]+ (of size|of channel|on channel|of WaitGroup|to WaitGroup).* by / && !/^  Location/ {
      finish(); inside = 1; found = ""; next
    }
    /^$/ { finish() }
    inside && found == "" && (at = index($0, name)) {
      line = substr($0, at + length(name)) + 0
      if (line in marked) found = line
    }' marked err
}

for workers in 1 2 8; do
  status=0
  GOMAXPROCS=$workers ./program >out 2>err || status=$?
  case $name in
  race_*)
    [ $status -eq 66 ] || fail "exit status $status, expected 66"
    racy_lines | sort -u >reported
    cmp -s marked reported || fail "reported lines: $(tr '\n' ' ' <reported)"
    ;;
  norace_*)
    [ $status -eq 0 ] || fail "exit status $status"
    if grep -q hbsan: err; then fail "expected no report"; fi
    cmp -s wanted out || fail "expected the output: $(cat wanted)"
    ;;
  deadlock_*)
    [ $status -eq 2 ] || fail "exit status $status, expected 2"
    ;;
  *) fail "no verdict in its name" ;;
  esac
  tr -s '[:space:]' ' ' <err >in_one_line  # sentences wrap
  while read -r text; do
    if ! grep -qF -e "$text" in_one_line; then fail "it does not say: $text"; fi
  done <expected
done
