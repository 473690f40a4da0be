# The launcher at the root, with stand-ins for the programs that it calls.
source "$(dirname "$0")/lib.sh"

# A checkout with only what the launcher reads, and stand-ins that log their calls.
make_checkout() {
  mkdir -p repo/cmake bin
  cp "$root/hbsan" repo
  printf '# a comment\nninja-build\nclang-19\n' >repo/cmake/packages.txt
  export CALLS=$work/calls BUILT=$work/repo/build/bin/hbsan
  touch "$CALLS"
  stand_in dpkg-query 'printf "installed clang-19\ninstalled ninja-build\ninstalled bash\n"'
  stand_in cmake 'mkdir -p "$(dirname "$BUILT")"; touch repo/build/build.ninja'
  stand_in ninja 'echo "[0/1] Re-checking globbed directories..."
if [[ -e $BUILT ]]; then
  echo "ninja: no work to do."
else
  echo "[1/1] building"; echo begin >>"$CALLS"
  printf "#!/bin/bash\necho \"built: \$*\"\nexit 9\n" >"$BUILT.new"
  chmod +x "$BUILT.new"; mv "$BUILT.new" "$BUILT"; echo end >>"$CALLS"
fi'
  stand_in id 'echo 0'
  stand_in apt-get 'echo "apt-get $*" >>"$CALLS"'
  stand_in sudo 'exit 1'
  export PATH=$work/bin:/usr/bin:/bin
}

stand_in() {
  printf '#!/bin/bash\n%s\n' "$2" >"bin/$1"
  chmod +x "bin/$1"
}

case_builds_and_hands_over() {
  expect 9 repo/hbsan run 'a b'
  says "hbsan: configuring"
  says "hbsan: building hbsan_parts"
  says "built: run a b"
}

case_second_time_says_nothing() {
  expect 9 repo/hbsan run
  expect 9 repo/hbsan run
  says_only "built: run"
}

case_selftest_builds_all() {
  expect 9 repo/hbsan selftest --quick
  says "hbsan: building all"
}

case_through_a_link_from_elsewhere() {
  ln -s repo/hbsan link
  expect 9 "$work/link" run
  says "built: run"
}

case_root_installs_what_is_missing() {
  stand_in dpkg-query 'printf "installed clang-19\nconfig-files ninja-build\n"'
  expect 9 repo/hbsan run
  says "hbsan: installing 1 Debian packages: ninja-build"
  grep -q 'apt-get -q update' calls || fail "no update"
  grep -q 'apt-get -q install -y --no-install-recommends ninja-build' calls || fail "no install"
}

case_others_are_told_what_to_install() {
  stand_in dpkg-query 'exit 1'
  stand_in id 'echo 1000'
  expect 1 repo/hbsan run
  says "  sudo apt-get install --no-install-recommends clang-19 ninja-build"
  says_not "configuring"
}

case_failed_installation() {
  stand_in dpkg-query 'exit 1'
  stand_in apt-get 'echo "E: no such host"; exit 100'
  expect 1 repo/hbsan run
  says "E: no such host"
  says "hbsan: error: apt-get update failed"
}

case_failed_build_shows_its_end() {
  stand_in ninja 'echo "[1/2] one"; echo "x.cc:1: error: no"; exit 1'
  expect 1 repo/hbsan run
  says "x.cc:1: error: no"
  says "hbsan: error: building failed, see above; the whole log is"
}

case_two_at_once_build_once() {
  for i in 1 2 3; do repo/hbsan run >out.$i 2>&1 || true & done
  wait
  for i in 1 2 3; do grep -q "built: run" out.$i || { cat out.$i >&2; fail "run $i"; }; done
  [[ $(paste -sd' ' calls) == "begin end" ]] || fail "built: $(cat calls)"
}

make_checkout
"case_${1:?names no case}"
