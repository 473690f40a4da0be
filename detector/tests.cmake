# The engine's tests: units, and the engine against a naive oracle on random traces.
add_library(hbsan_detector_testing STATIC
  testing/oracle.cc
  testing/stepped_reclaim.cc
  testing/test_host.cc
  testing/trace.cc
  testing/trace_generator.cc
  testing/trace_runner.cc
  testing/trace_runner_sync.cc
  testing/trace_shrinker.cc)
target_link_libraries(hbsan_detector_testing PUBLIC hbsan_detector $<TARGET_OBJECTS:hbsan_detector>)
target_compile_options(hbsan_detector_testing PRIVATE -O2)

function(hbsan_detector_test name)
  add_executable(${name} ${name}.cc)
  target_link_libraries(${name} PRIVATE hbsan_detector_testing GTest::gtest_main)
  gtest_discover_tests(${name} PROPERTIES LABELS "unit")
endfunction()

foreach(test
    detector_test
    embedded_clock_test
    engine_parallel_test
    engine_trace_test
    lock_sets_test
    memory_model_test
    mosaics_test
    patches_test
    range_test
    reclaim_test
    stack_depot_test
    strided_test
    sync_test
    tid_pool_test
    turns_test
    vector_clock_test)
  hbsan_detector_test(${test})
endforeach()

add_executable(engine_trace_fuzz testing/engine_trace_fuzz.cc)
target_link_libraries(engine_trace_fuzz PRIVATE hbsan_detector_testing)

find_package(benchmark QUIET)
if(benchmark_FOUND)
  add_executable(engine_benchmark engine_benchmark.cc)
  target_link_libraries(engine_benchmark PRIVATE hbsan_detector_testing benchmark::benchmark)
endif()
