# A test stands beside its file, and runs in both variants: gosync.x_test without detection,
# gosync.race.x_test with it, where a report is a failure too.
include(${PROJECT_SOURCE_DIR}/tests/instrumented.cmake)

foreach(test
    chan_test
    context_test
    errgroup_test
    go_test
    leaks_test
    map_test
    pool_test
    select_test
    semaphore_test
    stress_test
    sync_test
    time_test
    value_test)
  add_executable(gosync_${test} ${test}.cc)
  target_include_directories(gosync_${test} PRIVATE ${PROJECT_SOURCE_DIR}/runtime)
  target_compile_options(gosync_${test} PRIVATE -O2)
  add_dependencies(gosync_${test} gosync)
  target_link_libraries(gosync_${test} PRIVATE ${gosync_archive} GTest::gmock GTest::gtest_main)
  gtest_discover_tests(gosync_${test} TEST_PREFIX gosync. PROPERTIES LABELS "unit")

  hbsan_add_instrumented(gosync_race_${test} SOURCES ${test}.cc
    FLAGS -I${PROJECT_SOURCE_DIR}/runtime
    LINK ${gosync_archive} -lgmock -lgtest -lgtest_main)
  add_dependencies(gosync_race_${test} gosync)
  add_test(NAME gosync.race.${test} COMMAND ${gosync_race_${test}_PROGRAM})
  set_tests_properties(gosync.race.${test} PROPERTIES TIMEOUT 120 LABELS "unit")
endforeach()

# compare_with_go.py runs the first; Google Benchmark is needed for nothing else.
find_package(benchmark QUIET)
if(benchmark_FOUND)
  foreach(benchmark benchmark primitives_benchmark)
    add_executable(gosync_${benchmark} EXCLUDE_FROM_ALL gosync_${benchmark}.cc)
    target_include_directories(gosync_${benchmark} PRIVATE ${PROJECT_SOURCE_DIR}/runtime)
    target_compile_options(gosync_${benchmark} PRIVATE -O2)
    add_dependencies(gosync_${benchmark} gosync)
    target_link_libraries(gosync_${benchmark} PRIVATE ${gosync_archive} benchmark::benchmark)
    hbsan_add_instrumented(gosync_race_${benchmark} SOURCES gosync_${benchmark}.cc
      FLAGS -O2 -I${PROJECT_SOURCE_DIR}/runtime LINK -lbenchmark)
    add_dependencies(gosync_race_${benchmark} gosync)
  endforeach()
endif()
