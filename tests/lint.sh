#!/bin/bash
# Checks of the sources themselves. Usage: lint.sh format|includes|tidy ROOT BUILD
set -euo pipefail
root=$2
build=$3
cd "$root"

case $1 in
  format)
    find detector instrumentation runtime testdata tests tools -name '*.h' -o -name '*.cc' \
      -o -name '*.c' | xargs clang-format-19 --dry-run --Werror
    ;;
  includes)
    /usr/bin/python3 tests/include_check.py .
    ;;
  tidy)
    # What the build compiles, less the tests; .clang-tidy says which checks.
    find detector instrumentation runtime tools -name '*.cc' ! -name '*_test.cc' \
      ! -path '*/testing/*' ! -path '*/tests/*' -print0 |
      xargs -0 -P "$(nproc)" -n 4 clang-tidy-19 --quiet -p "$build" 2>&1 |
      grep -v ' warnings\? generated\.$\|^Suppressed '
    [[ ${PIPESTATUS[1]} -eq 0 ]]
    ;;
esac
