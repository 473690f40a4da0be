#!/bin/sh
# golden.sh BIN SOURCE: builds a program of testdata/reports with the command in BIN, runs it, and
# compares all that hbsan says with SOURCE's .txt. There, ADDRESS stands for any address or offset,
# and N for a process or thread id.
set -eu
bin=$1 source=$2
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT

case $source in
*.c) compile="$bin/hbsan-cc -std=c17 -D_GNU_SOURCE" ;;
*) compile="$bin/hbsan-c++ -std=c++20" ;;
esac
$compile -fsanitize=race -g -O1 "$source" -o "$directory/program"

status=0
HBSAN_OPTIONS="strip_path_prefix=$(dirname "$source")/" "$directory/program" 2>"$directory/said" ||
  status=$?
sed -E -e 's/0x[0-9a-f]+/ADDRESS/g' -e 's/(pid|tid)=[0-9]+/\1=N/g' "$directory/said" \
  >"$directory/normal"
diff -u "${source%.*}.txt" "$directory/normal"
[ $status -eq 66 ] || { echo "exit status $status"; exit 1; }
