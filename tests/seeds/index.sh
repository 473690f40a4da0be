#!/bin/sh
# index.sh ROOT: docs/memory-model.md lists every program of testdata/seeds, and none besides.
set -eu
cd "$1"
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
grep -o '(\.\./testdata/seeds/[a-z0-9_]*\.cc)' docs/memory-model.md | tr -d '()' |
  sed 's|.*/||' | sort -u >"$directory/listed"
find testdata/seeds -name "*.cc" -printf "%f\n" | sort >"$directory/present"
diff "$directory/present" "$directory/listed"
