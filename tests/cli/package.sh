# What other build systems use: the installation, the CMake package, and clang's --config file.
source "$(dirname "$0")/lib.sh"

# Installs the build tree, and moves the result: it must not depend on where it was.
install_elsewhere() {
  cmake --install "$tree" --prefix "$work/first" >/dev/null
  mv "$work/first" "$work/moved"
}

case_installed_tree_works() {
  install_elsewhere
  finds_race "$work/moved/bin/hbsan" run main.cc bump.cc
  "$work/moved/bin/hbsan-cc" -fsanitize=race main.c bump.c -o prog
  finds_race ./prog
  expect 1 "$work/moved/bin/hbsan" selftest
  says_only "selftest runs in a checkout"
}

case_find_package() {
  install_elsewhere
  cat >CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.20)
project(user C CXX)
find_package(hbsan 0.1 REQUIRED)
add_library(bump SHARED bump.c)
target_link_libraries(bump PUBLIC hbsan::sanitizer)
add_executable(prog main.cc)
target_link_libraries(prog PRIVATE bump)
EOF
  for prefix in "$tree" "$work/moved"; do
    rm -rf out
    cmake -S . -B out -G Ninja -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_C_COMPILER=clang-19 \
      -DCMAKE_CXX_COMPILER=clang++-19 -DCMAKE_BUILD_TYPE=RelWithDebInfo >/dev/null
    cmake --build out >/dev/null
    finds_race out/prog
  done
}

case_find_package_names_the_wrong_compiler() {
  cat >CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.20)
project(user CXX)
find_package(hbsan REQUIRED)
EOF
  expect 1 cmake -S . -B out -G Ninja -DCMAKE_PREFIX_PATH="$tree" -DCMAKE_CXX_COMPILER=g++
  says "hbsan needs clang 19, and CMAKE_CXX_COMPILER is"
}

case_headers_without_detection() {
  install_elsewhere
  printf '#include <hbsan/annotations.h>\n#include <hbsan/test.h>\nint main(void) {
  int at = 0;
  hbsan_happens_before(&at);
  hbsan_happens_after(&at);
  hbsan_mutex_create(&at);
  hbsan_mutex_locked(&at);
  hbsan_mutex_unlocking(&at);
  hbsan_benign_race(&at, sizeof at, "none");
  hbsan_new_memory(&at, sizeof at);
  hbsan_test_begin("test");
  hbsan_test_end();
  return hbsan_fiber_create("fiber") == 0 ? at : 1;\n}\n' >noops.c
  for compiler in clang-19 gcc "clang++-19 -x c++" "g++ -x c++"; do
    for flags in "-O0 -std=c++17" "-O2 -std=c++20 -fno-pie -no-pie"; do
      [[ $compiler == *++* ]] || flags=${flags/c++??/c17}
      $compiler $flags -Wall -Wextra -Werror -I"$work/moved/include" noops.c -o noops
      expect 0 ./noops
    done
  done
  "$cc" -fsanitize=race -Werror noops.c -o detected
  expect 1 ./detected
}

case_clang_config_file() {
  install_elsewhere
  for lib in "$tree/lib/hbsan" "$work/moved/lib/hbsan"; do
    clang=(clang++-19 --config="$lib/hbsan.cfg" -g -O1 -Werror)
    "${clang[@]}" main.cc bump.cc -o prog
    finds_race ./prog
    "${clang[@]}" -c main.cc
    "${clang[@]}" -shared -fPIC bump.cc -o libbump.so
    "${clang[@]}" main.o -L. -lbump -Wl,-rpath,"$PWD" -o prog
    finds_race ./prog
  done
}

case_wrapper_as_cmakes_compiler() {
  cat >CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.20)
project(user C CXX)
add_executable(prog main.cc bump.c)
EOF
  cmake -S . -B out -G Ninja -DCMAKE_C_COMPILER="$cc" -DCMAKE_CXX_COMPILER="$cxx" \
    -DCMAKE_C_FLAGS=-fsanitize=race -DCMAKE_CXX_FLAGS=-fsanitize=race >/dev/null
  cmake --build out >/dev/null
  finds_race out/prog
}

write_sources
"case_${1:?names no case}"
