#!/bin/sh
# The linker's dynamic list of all symbols that an object defines for others: what executables export to shared objects.
# Usage: dynamic_list.sh NM OBJECT
set -e
symbols=$("$1" --defined-only --extern-only --format=posix "$2" | cut -d ' ' -f 1 | sort -u)
echo '{'
for symbol in $symbols; do echo "  $symbol;"; done
echo '};'
