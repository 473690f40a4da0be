# Unit tests of parts that need no running detector; the runtime has the same sources.
add_executable(runtime_test
  heap_plane_test.cc
  mapping_keys_test.cc
  address_space.cc
  heap_plane.cc
  mapping_keys.cc
  sys.cc)
target_include_directories(runtime_test PRIVATE ${PROJECT_SOURCE_DIR})
target_link_libraries(runtime_test PRIVATE GTest::gtest_main)
gtest_discover_tests(runtime_test PROPERTIES LABELS unit)
