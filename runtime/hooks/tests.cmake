# Tests of the hooks that need no runtime: atomic operations on an engine of the test's own.
foreach(test
    atomics_rules_test
    atomics_threads_test
    fences_test
    own_range_test)
  add_executable(${test} hooks/${test}.cc hooks/atomic_step.cc)
  target_include_directories(${test} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${test} PRIVATE hbsan_detector_testing GTest::gtest_main)
  gtest_discover_tests(${test} PROPERTIES LABELS "unit")
endforeach()
