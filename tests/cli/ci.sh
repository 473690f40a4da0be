# docs/ci.md: its recipes are those of testdata/project, and they run.
source "$(dirname "$0")/lib.sh"

# recipe N: the Nth fenced block of docs/ci.md.
recipe() {
  awk -v wanted="$1" '/^```/ { inside = !inside; if (inside) ++n; next } inside && n == wanted' \
    "$root/docs/ci.md"
}

copy_project() {
  cp -r "$root/testdata/project" project
  cd project
  export PATH=$tree/bin:$PATH HBSAN_PREFIX=$tree
}

case_recipes_are_those_of_the_project() {
  recipe 1 | diff - "$root/testdata/project/ci/races.sh"
  recipe 2 | diff - "$root/testdata/project/CMakePresets.json"
}

# The README's walk through, after its first line, which needs another build.
case_the_readme_walks_through() {
  awk '/^## From nothing/ { found = 1 } /^## gosync/ { found = 0 } found && /^    /' \
    "$root/README.md" | sed 's/ *#.*//' >commands
  [[ $(wc -l <commands) -lt 10 && $(head -1 commands) == *"./hbsan --version" ]] || fail "$(cat commands)"
  mkdir checkout
  ln -s "$tree" checkout/build
  cp -r "$root/testdata" checkout
  cd checkout
  source <(sed 1d "$work/commands" | head -n -2)
  expect 66 bash -c "$(sed 1d "$work/commands" | tail -n 2 | head -n 1)"
  says "Account.CanBeWatched      1        1"
  expect 66 bash -c "$(tail -n 1 "$work/commands")"
  [[ -s races.sarif && -s races.html ]] || fail "nothing left"
}

case_a_race_fails_the_job() {
  copy_project
  expect 66 ci/races.sh
  says "[  FAILED  ] Account.CanBeWatched"
  says "Account.CanBeWatched      1        1"
  says "Pattern: lock on one side only."
  says "hbsan report: 1 distinct race in 1 report"
  /usr/bin/python3 "$root/tests/cli/check_sarif.py" races.sarif
  grep -q 'uri":"account.cc"' races.sarif || fail "no path relative to the project"
  grep -q 'classname="Account.CanBeWatched"' races.xml || fail "not the test's failure"
  grep -q 'forgot the lock' races.html || fail "no source lines"

  expect 66 env RACES_TO_LOG=github ci/races.sh
  says "::error file=account.cc,line="
  expect 66 hbsan report reports --format json=ci/known_races.json
  expect 0 ci/races.sh
  says "1 distinct race in 1 report: 0 new, 1 in the baseline"
}

case_a_mended_project_passes() {
  copy_project
  sed -i 's/{ return balance_; }.*/{\n  const std::lock_guard<std::mutex> hold(mutex_);\n  return balance_;\n}/' account.cc
  expect 0 ci/races.sh
  says "hbsan test: no races"
  says "hbsan report: no races"
  sed -i 's/balance(), 3/balance(), 4/' account_test.cc
  expect 8 ci/races.sh
}

case_ctest_memcheck_counts_races() {
  copy_project
  awk '/^```cmake/ { on = 1; next } /^```/ { on = 0 } on' "$root/docs/testing.md" >settings
  [[ $(wc -l <settings) -eq 2 ]] || fail "$(cat settings)"
  echo 'include(CTest)' >>settings
  sed -i -e '/^enable_testing()/{r settings
d}' CMakeLists.txt
  cmake --preset race >/dev/null
  cmake --build --preset race >/dev/null
  cd build/race
  local status=0
  ctest -T memcheck >said 2>&1 || status=$?
  [[ $status -ne 0 ]] || fail "it passed"
  says "data race - 1"
  grep -q 'WARNING: ThreadSanitizer: data race' Testing/Temporary/MemoryChecker.*.log
}

# What the image is built from is there, and what its last step does works.
case_docker_recipe() {
  recipe 3 >Dockerfile
  for path in $(grep -o '/opt/src/hbsan/[a-z/.]*' Dockerfile); do
    path=${path#/opt/src/hbsan/}
    [[ $path == build || -e $root/$path ]] || fail "no $path"
  done
  cmake --install "$tree" --prefix "$work/image" >/dev/null
  expect 0 "$work/image/bin/hbsan" --version
}

case_workflows_run_the_script() {
  for number in 4 5; do
    recipe $number >workflow.yml
    grep -q 'ci/races.sh$' workflow.yml || fail "recipe $number does not run the script"
    if /usr/bin/python3 -c 'import yaml' 2>/dev/null; then
      /usr/bin/python3 -c 'import yaml; assert yaml.safe_load(open("workflow.yml"))'
    fi
    # Each file that they keep is one that the script writes.
    for file in $(grep -o 'races\.[a-z]*' workflow.yml | grep -v 'races\.\(yml\|sh\)' | sort -u); do
      grep -q "=$file" "$root/testdata/project/ci/races.sh" || fail "nobody writes $file"
    done
  done
}

# As Bazel calls the compiler for C++: by its C name.
case_bazel_flags() {
  recipe 6 >bazelrc
  mapfile -t compile < <(grep -o -- '--copt=[^ ]*' bazelrc | sed 's/--copt=//')
  mapfile -t link < <(grep -o -- '--linkopt=[^ ]*' bazelrc | sed 's/--linkopt=//')
  for source in main bump; do "$cc" "${compile[@]}" -c $source.cc -o $source.o; done
  "$cc" "${link[@]}" main.o bump.o -lstdc++ -lm -o prog
  mkdir races
  expect 66 env HBSAN_OPTIONS=json_path=races/report ./prog
  expect 66 "$hbsan" report races
}

write_sources
"case_${1:?names no case}"
