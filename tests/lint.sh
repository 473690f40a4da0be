#!/bin/bash
# Checks of the sources themselves. Usage: lint.sh format|includes|tidy ROOT BUILD
set -euo pipefail
root=$2
build=$3
cd "$root"

case $1 in
  format)
    # The pass's tests are laid out by the lines that FileCheck expects.
    find detector frameworks include instrumentation/pass runtime testdata tests tools -name '*.h' -o -name '*.cc' \
      -o -name '*.c' | xargs clang-format-19 --dry-run --Werror
    ;;
  includes)
    /usr/bin/python3 tests/include_check.py .
    ;;
  tidy)
    # What the build compiles, less the tests, and less the pass: LLVM's headers alone would take
    # longer than all else. .clang-tidy says which checks.
    find detector runtime tools -name '*.cc' ! -name '*_test.cc' ! -name '*_benchmark.cc' \
      ! -path '*/testing/*' -print0 |
      xargs -0 -P "$(nproc)" -n 4 clang-tidy-19 --quiet -p "$build" 2>&1 |
      grep -v ' warnings\? generated\.$\|^Suppressed '
    [[ ${PIPESTATUS[1]} -eq 0 ]]
    ;;
esac
