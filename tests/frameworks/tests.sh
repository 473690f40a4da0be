# Which test a race belongs to: GoogleTest with hbsan::gtest, and others. See ../cli/lib.sh.
source "$(dirname "${BASH_SOURCE[0]}")/../cli/lib.sh"

# Builds the programs `racy_test`, with race detection, and `plain_test`, without.
build_tests() {
  cp "$root/tests/frameworks/racy_test.cc" .
  cat >CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.20)
project(user CXX)
set(CMAKE_CXX_STANDARD 17)
find_package(hbsan REQUIRED)
find_package(GTest REQUIRED)
add_compile_options(-Wall -Wextra -Werror -g)
add_executable(racy_test racy_test.cc)
target_link_libraries(racy_test PRIVATE hbsan::sanitizer hbsan::gtest GTest::gtest_main)
add_executable(plain_test racy_test.cc)
target_link_libraries(plain_test PRIVATE hbsan::gtest GTest::gtest_main)
enable_testing()
include(GoogleTest)
gtest_discover_tests(racy_test)
END
  cmake -S . -B out -G Ninja -DCMAKE_PREFIX_PATH="$tree" -DCMAKE_CXX_COMPILER=clang++-19 >/dev/null
  cmake --build out >/dev/null
}

# The failed test cases of the JUnit XML $1, one a line.
failed_cases() {
  /usr/bin/python3 -c 'import sys, xml.etree.ElementTree as tree
for case in tree.parse(sys.argv[1]).iter("testcase"):
    for failure in case.findall("failure"):
        assert "data race" in failure.text, failure.text
        print(case.get("classname") + "." + case.get("name"))' "$1" | sort
}

wanted='All/WithParameter.RacesUnlessZero/1
All/WithParameter.RacesUnlessZero/2
Basic.Races
Basic.StartsWhatRacesLater
Dies.OfAThreadThatRaced'

case_the_test_that_started_the_thread_fails() {
  build_tests
  expect 66 out/racy_test --gtest_output=xml:out.xml
  for test in $wanted; do says "[  FAILED  ] $test"; done
  says "Failure of Basic.StartsWhatRacesLater, found after it ended"
  says ", of test Basic.Races) created by main thread at:"
  says "5 FAILED TESTS"
  [[ $(failed_cases out.xml) == "$wanted" ]] || fail "failed: $(failed_cases out.xml)"
}

case_repeated_and_shuffled() {
  build_tests
  expect 66 out/racy_test --gtest_repeat=3 --gtest_filter=Basic.Races:Basic.Clean
  [[ $(grep -c "^ 1 FAILED TEST" said) -eq 3 ]] || fail "$(cat said)"
  expect 66 out/racy_test --gtest_shuffle --gtest_filter=-Basic.StartsWhat*:Basic.Runs*
  says "4 FAILED TESTS"
}

case_shards_are_one_report() {
  build_tests
  for shard in 0 1 2 3; do
    GTEST_TOTAL_SHARDS=4 GTEST_SHARD_INDEX=$shard HBSAN_OPTIONS=json_path=$work/log \
      out/racy_test --gtest_filter=-Basic.StartsWhat*:Basic.Runs* >out.$shard 2>&1 || true
  done
  expect 66 "$hbsan" report log.*
  says "(tests All/WithParameter.RacesUnlessZero/1, All/WithParameter.RacesUnlessZero/2)"
  says "(test Basic.Races)"
  says "(test Dies.OfAThreadThatRaced)"
  says "3 distinct races in 4 reports"
}

case_death_tests_in_fresh_processes() {
  build_tests
  expect 1 out/racy_test --gtest_filter=Dies.* --gtest_death_test_style=threadsafe
  says "[       OK ] Dies.InItsChild"
  says "[  FAILED  ] Dies.OfAThreadThatRaced"
}

case_without_detection_nothing_happens() {
  build_tests
  expect 0 out/plain_test --gtest_filter=-Dies.OfA*:Basic.R*:Basic.S*:All*
  says_not "data race"
}

case_hbsan_test_prints_a_table() {
  build_tests
  expect 66 "$hbsan" test --build-dir out
  says "Basic.Races                              1        1  0."
  says "All/WithParameter.RacesUnlessZero/1"
  says "hbsan test: 3 distinct races in 4 reports from 4 processes; the test command ended with status 8"
  id=$(sed -n "s/^1\. .*\[\([0-9a-f]*\)\]$/\1/p" said)
  expect 0 "$hbsan" explain "${id:0:10}"
  says "[$id]"
  says " | void RaceOn(int* at) {"
  expect 1 "$hbsan" explain ffffffffffffffff
  says_only "hbsan: error: no race has a fingerprint that begins with ffffffffffffffff"
}

# The listeners that docs/testing.md shows.
case_listeners_of_other_frameworks() {
  local number=0
  for main in CATCH_CONFIG_MAIN DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN; do
    number=$((number + 1))
    {
      echo "#define $main"
      awk -v wanted=$number '/^```cpp/ { on = ++n == wanted; next } /^```/ { on = 0 } on' \
        "$root/docs/testing.md"
      echo '#include <thread>
int at;
TEST_CASE("clean") {}
TEST_CASE("races here") {
  std::thread other([] { ++at; });
  ++at;
  other.join();
}'
    } >test.cc
    "$cxx" -fsanitize=race -g test.cc -o test
    expect 66 env HBSAN_OPTIONS=json_path=$work/log$number ./test
    expect 66 "$hbsan" report log$number.*
    says "(test races here)"
  done
}

"case_${1:?names no case}"
