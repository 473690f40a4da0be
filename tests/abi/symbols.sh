#!/bin/sh
# symbols.sh ARCHIVE LEFT_OUT RUNTIME...: what other thread sanitizers' runtimes (shared objects) offer to compilers and programs is
# defined by ARCHIVE, or LEFT_OUT has a line for it: a shell pattern, and the reason.
#
# A line of LEFT_OUT that no longer leaves anything out is an error too.
set -eu
archive=$1 left_out=$2
shift 2
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT

nm --defined-only --extern-only --format=posix "$archive" 2>/dev/null | cut -d ' ' -f 1 | sort -u \
  >"$directory/ours"
for runtime in "$@"; do
  [ -e "$runtime" ] || continue
  nm -D --defined-only --format=posix "$runtime"
done | cut -d ' ' -f 1 | sed 's/@.*//' |
  grep -E '^(__tsan_|__sanitizer_|(WTF)?Annotate|RunningOnValgrind|ValgrindSlowdown|ThreadSanitizerQuery)' |
  sort -u >"$directory/theirs"
comm -13 "$directory/ours" "$directory/theirs" >"$directory/missing"

status=0
while read -r pattern reason; do
  case $pattern in '' | '#'*) continue ;; esac
  if [ -z "$reason" ]; then echo "$left_out: $pattern: no reason is given" && status=1; fi
  matched=no
  while read -r symbol; do
    # shellcheck disable=SC2254 # a pattern is meant
    case $symbol in
    $pattern) matched=yes ;;
    *) echo "$symbol" ;;
    esac
  done <"$directory/missing" >"$directory/rest"
  if [ $matched = no ]; then echo "$left_out: $pattern leaves nothing out" && status=1; fi
  mv "$directory/rest" "$directory/missing"
done <"$left_out"
while read -r symbol; do
  echo "$symbol is neither defined nor left out" && status=1
done <"$directory/missing"
exit $status
