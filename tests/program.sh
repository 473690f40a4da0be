#!/bin/sh
# program.sh VERDICT BIN SOURCE: builds one program of testdata with the command in BIN and runs it.
#
# Verdict `race`: it exits 66 and prints every text that a `// EXPECT: text` line of the source names.
# Verdict `norace`: it exits 0 and hbsan says nothing. `// FLAGS: flag...` adds to the compiler's.
set -eu
verdict=$1 bin=$2 source=$3
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
program=$directory/program

case $source in
*.c) compile="$bin/hbsan-cc -std=c17 -D_GNU_SOURCE" ;;
*) compile="$bin/hbsan-c++ -std=c++20" ;;
esac
flags=$(sed -n 's|^// FLAGS: ||p' "$source")
# Flags are words.
# shellcheck disable=SC2086
$compile -fsanitize=race -g -O1 "$source" -o "$program" $flags

status=0
"$program" >"$directory/out" 2>"$directory/err" || status=$?
fail() {
  echo "$source: $1"
  cat "$directory/err"
  exit 1
}

if [ "$verdict" = norace ]; then
  if grep -q hbsan: "$directory/err"; then fail "expected no report"; fi
  if [ $status -ne 0 ]; then fail "exit status $status"; fi
  exit 0
fi
if [ $status -ne 66 ]; then fail "exit status $status, expected 66"; fi
sed -n 's|^// EXPECT: ||p' "$source" >"$directory/expected"
while IFS= read -r text; do
  if ! grep -qF -e "$text" "$directory/err"; then fail "the reports do not say: $text"; fi
done <"$directory/expected"
