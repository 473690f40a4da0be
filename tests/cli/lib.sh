# Sourced by the test scripts of this directory, each of which is run as `bash SCRIPT CASE` with
# HBSAN_TREE naming a build or install tree. Runs the function case_CASE in an empty directory of
# its own; the first failed command or expectation fails the test.

set -euo pipefail
shopt -s inherit_errexit

tree=${HBSAN_TREE:?names no build tree}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
hbsan=$tree/bin/hbsan
cxx=$tree/bin/hbsan-c++
cc=$tree/bin/hbsan-cc
race='WARNING: hbsan: data race'

unset HBSAN_OPTIONS TSAN_OPTIONS HBSAN_TREE
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export XDG_CACHE_HOME=$work/cache

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# expect STATUS COMMAND...: runs it, with all that it prints in the file `said`.
expect() {
  local wanted=$1 status=0
  shift
  "$@" >said 2>&1 </dev/null || status=$?
  if [[ $status -ne $wanted ]]; then
    cat said >&2
    fail "status $status, not $wanted: $*"
  fi
}

# The last expect's output has, or has not, this text.
says() { grep -qF -- "$1" said || { cat said >&2; fail "not said: $1"; }; }
says_not() { ! grep -qF -- "$1" said || { cat said >&2; fail "said: $1"; }; }
# The last expect's output is one line, with this text.
says_only() {
  says "$1"
  [[ $(wc -l <said) -eq 1 ]] || { cat said >&2; fail "more than one line"; }
}

finds_race() { expect 66 "$@"; says "$race"; }
finds_none() { expect 0 "$@"; says_not "$race"; }

# A racy program in two files, in C and in C++: both threads write `shared`, in bump().
write_sources() {
  cat >bump.h <<'EOF'
#ifdef __cplusplus
extern "C"
#endif
void bump(void);
EOF
  cat >bump.c <<'EOF'
#include "bump.h"
int shared;
void bump(void) { ++shared; }
EOF
  cp bump.c bump.cc
  cat >main.c <<'EOF'
#include <pthread.h>
#include "bump.h"
static void* run(void* unused) { bump(); return unused; }
int main(void) {
  pthread_t a, b;
  pthread_create(&a, 0, run, 0);
  pthread_create(&b, 0, run, 0);
  pthread_join(a, 0);
  pthread_join(b, 0);
  return 0;
}
EOF
  cat >main.cc <<'EOF'
#include <thread>
#include "bump.h"
int main() {
  std::thread a(bump), b(bump);
  a.join();
  b.join();
}
EOF
}

