# The compiler wrapper: each shape of command line that clang takes.
source "$(dirname "$0")/lib.sh"

# Warnings are errors: nothing that the wrapper adds may be "unused".
flags=(-g -O1 -Wall -Wextra -Werror -fsanitize=race)

case_cxx_standards() {
  for standard in c++17 c++20 gnu++20; do
    "$cxx" "${flags[@]}" -std=$standard main.cc bump.cc -o prog
    finds_race ./prog
  done
}

case_c_standards() {
  for standard in c11 c17; do
    "$cc" "${flags[@]}" -std=$standard main.c bump.c -o prog
    finds_race ./prog
  done
}

case_pie_and_not() {
  for mode in -pie -no-pie "-fPIE -pie" "-fno-pie -no-pie"; do
    "$cxx" "${flags[@]}" $mode main.cc bump.cc -o prog
    finds_race ./prog
  done
}

case_address_space_layouts() {
  for mode in -pie -no-pie; do
    "$cxx" "${flags[@]}" $mode main.cc bump.cc -o prog
    finds_race setarch -R ./prog
    # Mappings grow upwards, from the third of the address space.
    finds_race setarch -L ./prog
    finds_race bash -c 'ulimit -s unlimited && exec ./prog'
  done
}

case_optimization_levels() {
  for level in -O0 -O2 -O3 -Os; do
    "$cxx" "${flags[@]}" $level main.cc bump.cc -o prog
    finds_race ./prog
  done
}

case_compile_then_link() {
  "$cxx" "${flags[@]}" -c main.cc
  "$cxx" "${flags[@]}" -c bump.cc -o other.o
  "$cxx" "${flags[@]}" main.o other.o -o prog
  finds_race ./prog
  # Linked without the compiler's other flags, as many build systems do.
  "$cxx" -fsanitize=race main.o other.o -o prog
  finds_race ./prog
}

case_shared_library() {
  for linker in bfd gold lld; do
    for extra in "" -Wl,-z,defs -Wl,--no-undefined "-Wl,-z -Wl,defs"; do
      "$cc" "${flags[@]}" -fuse-ld=$linker -shared -fPIC $extra bump.c -o libbump.so
      nm -D libbump.so | grep -q ' U __tsan_' || fail "the library has a runtime of its own"
    done
    "$cxx" "${flags[@]}" -fuse-ld=$linker main.cc -L. -lbump -Wl,-rpath,"$PWD" -o prog
    finds_race ./prog
  done
}

case_relocatable_object() {
  "$cxx" "${flags[@]}" -c main.cc bump.cc
  "$cxx" "${flags[@]}" -r main.o bump.o -o both.o
  nm both.o | grep -q ' U __tsan_' || fail "the object has a runtime of its own"
  "$cxx" "${flags[@]}" both.o -o prog
  finds_race ./prog
}

case_static_archive() {
  "$cxx" "${flags[@]}" -c bump.cc
  ar rcs libbump.a bump.o
  "$cxx" "${flags[@]}" main.cc libbump.a -o prog
  finds_race ./prog
}

case_precompiled_header() {
  echo '#include "bump.h"' >all.h
  "$cxx" "${flags[@]}" -x c++-header all.h -o all.h.pch
  "$cxx" "${flags[@]}" -include-pch all.h.pch main.cc bump.cc -o prog
  finds_race ./prog
}

case_lto() {
  for linker in bfd gold lld; do
    for mode in full thin; do
      "$cxx" "${flags[@]}" -O2 -flto=$mode -fuse-ld=$linker main.cc bump.cc -o prog
      finds_race ./prog
    done
  done
}

case_response_files() {
  echo "-fsanitize=race -O1 '-DNAME=\"a b\"'" >flags.rsp
  echo "@flags.rsp -g main.cc bump.cc -o prog" >all.rsp
  "$cxx" @all.rsp
  finds_race ./prog
}

case_very_long_command_line() {
  for i in {1..40000}; do echo "-DNAME_NUMBER_$i=$i"; done >long.rsp
  "$cxx" "${flags[@]}" @long.rsp main.cc bump.cc -o prog
  finds_race ./prog
}

case_language_option() {
  cp bump.c bump.txt
  "$cxx" "${flags[@]}" main.cc -x c bump.txt -o prog
  finds_race ./prog
  "$cc" "${flags[@]}" -x c - -c -o bump.o <bump.c
  "$cxx" "${flags[@]}" main.cc bump.o -o prog
  finds_race ./prog
}

case_stops_before_linking() {
  for stop in -E -S -fsyntax-only -M -MM "-S -emit-llvm" "-c -emit-llvm"; do
    "$cxx" "${flags[@]}" $stop bump.cc -o stopped
    "$cc" "${flags[@]}" $stop bump.c -o stopped
  done
  "$cc" "${flags[@]}" -S -emit-llvm bump.c -o bump.ll
  grep -q __hbsan_write bump.ll || fail "not instrumented"
}

case_assembly_input() {
  "$cc" -S -O1 bump.c -o bump.s
  "$cc" -fsanitize=race -c bump.s
  "$cc" -fsanitize=race main.c bump.s -o prog
  finds_none ./prog  # nothing in bump is instrumented
}

case_preprocessor_knows() {
  echo '#if !__has_feature(thread_sanitizer)
#error not on
#endif' >feature.c
  "$cc" "${flags[@]}" -fsyntax-only feature.c
  expect 1 "$cc" -fsyntax-only feature.c
}

case_functions_left_out() {
  sed -i 's/^void bump(void) {/__attribute__((no_sanitize("thread"))) &/' bump.c
  "$cc" "${flags[@]}" main.c bump.c -o prog
  finds_none ./prog
  write_sources
  echo 'fun:bump' >ignore.txt
  "$cc" "${flags[@]}" -fsanitize-ignorelist=ignore.txt main.c bump.c -o prog
  finds_none ./prog
}

case_last_of_on_and_off_counts() {
  "$cc" "${flags[@]}" -fno-sanitize=race main.c bump.c -o prog
  nm prog | grep -q '__tsan_' && fail "instrumented"
  "$cc" -fno-sanitize=race "${flags[@]}" main.c bump.c -o prog
  finds_race ./prog
}

case_with_undefined_behaviour_sanitizer() {
  echo 'int main(int argc, char**) { int big = 2147483647; return (big + argc) & 1; }' >overflow.cc
  "$cxx" "${flags[@]/%race/race,undefined}" overflow.cc -o prog
  expect 0 ./prog
  says 'runtime error: signed integer overflow'
  "$cxx" "${flags[@]/%race/undefined,race}" main.cc bump.cc -o prog
  finds_race ./prog
}

case_objects_of_stock_compilers() {
  clang-19 -g -O1 -fsanitize=thread -c bump.c -o stock.o
  "$cxx" "${flags[@]}" main.cc stock.o -o prog
  finds_race ./prog
  g++ -g -O1 -fsanitize=thread -c bump.cc -o stock.o
  "$cxx" "${flags[@]}" main.cc stock.o -o prog
  finds_race ./prog
}

case_without_race_it_is_clang() {
  for args in "-### main.cc" "-### -O2 -shared bump.cc" "--version" "-print-search-dirs"; do
    "$cxx" $args >ours 2>&1
    clang++-19 $args >clangs 2>&1
    diff <(sed 's/-[0-9a-f]*\.o"/.o"/g' ours) <(sed 's/-[0-9a-f]*\.o"/.o"/g' clangs) ||
      fail "differs from clang: $args"
  done
}

case_questions_need_no_input() {
  for question in --version -v -print-search-dirs -print-prog-name=ld -dumpmachine; do
    expect 0 "$cxx" -fsanitize=race $question
  done
  expect 0 "$cxx" -fsanitize=race -### main.cc
  says libclang_rt.tsan
}

case_compile_errors_are_clangs() {
  echo 'int main() { return undeclared; }' >bad.cc
  expect 1 "$cxx" -fsanitize=race bad.cc
  says 'bad.cc:1:21: error: use of undeclared identifier'
  expect 1 "$cxx" -fsanitize=race gone.cc
  says "no such file or directory: 'gone.cc'"
}

case_says_what_cannot_be_combined() {
  for other in -m32 -static -static-pie -fsanitize=address -fsanitize=memory -fsanitize=thread \
    -shared-libsan --target=aarch64-linux-gnu; do
    expect 1 "$cxx" -fsanitize=race $other main.cc
    says_only "hbsan: error: "
    says "${other#--target=} cannot be combined with -fsanitize=race"
  done
}

write_sources
"case_${1:?names no case}"
