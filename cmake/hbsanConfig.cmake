# find_package(hbsan) defines
#   hbsan::sanitizer  link a target to it, PUBLIC or PRIVATE, to build it with race detection
#   hbsan::gosync     the library of goroutines and channels, for programs with and without it
#   hbsan::headers    <hbsan/annotations.h> and <hbsan/test.h>, for programs with and without it
#   hbsan::gtest      GoogleTest programs fail the test whose threads race; link GoogleTest too
# for clang 19. Everything that is linked into the program should be built so. The file is found
# at <prefix>/lib/cmake/hbsan and looks for its parts from there.
foreach(hbsan_language C CXX)
  if(CMAKE_${hbsan_language}_COMPILER AND NOT
     (CMAKE_${hbsan_language}_COMPILER_ID STREQUAL "Clang" AND
      CMAKE_${hbsan_language}_COMPILER_VERSION MATCHES "^19\\."))
    set(hbsan_FOUND FALSE)
    set(hbsan_NOT_FOUND_MESSAGE
        "hbsan needs clang 19, and CMAKE_${hbsan_language}_COMPILER is \
${CMAKE_${hbsan_language}_COMPILER_ID} ${CMAKE_${hbsan_language}_COMPILER_VERSION}; configure \
with -DCMAKE_C_COMPILER=clang-19 -DCMAKE_CXX_COMPILER=clang++-19")
    return()
  endif()
endforeach()

get_filename_component(hbsan_LIB_DIR ${CMAKE_CURRENT_LIST_DIR}/../../hbsan ABSOLUTE)
if(NOT TARGET hbsan::sanitizer)
  add_library(hbsan::sanitizer INTERFACE IMPORTED)
  set_target_properties(hbsan::sanitizer PROPERTIES
    INTERFACE_COMPILE_OPTIONS "-fsanitize=thread;-fpass-plugin=${hbsan_LIB_DIR}/hbsan-pass.so"
    INTERFACE_LINK_OPTIONS "-fsanitize=thread;-resource-dir=${hbsan_LIB_DIR}/clang"
    INTERFACE_LINK_DEPENDS ${hbsan_LIB_DIR}/libhbsan_rt.a)
endif()
if(NOT TARGET hbsan::headers)
  add_library(hbsan::headers INTERFACE IMPORTED)
  set_target_properties(hbsan::headers PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES ${hbsan_LIB_DIR}/../../include)
  set_property(TARGET hbsan::sanitizer APPEND PROPERTY INTERFACE_LINK_LIBRARIES hbsan::headers)
endif()
if(NOT TARGET hbsan::gtest)
  add_library(hbsan::gtest INTERFACE IMPORTED)
  set_target_properties(hbsan::gtest PROPERTIES
    INTERFACE_LINK_LIBRARIES hbsan::headers
    INTERFACE_SOURCES ${hbsan_LIB_DIR}/gtest_listener.cc)
endif()
if(NOT TARGET hbsan::gosync)
  add_library(hbsan::gosync STATIC IMPORTED)
  set_target_properties(hbsan::gosync PROPERTIES
    IMPORTED_LOCATION ${hbsan_LIB_DIR}/libhbsan_gosync.a
    INTERFACE_INCLUDE_DIRECTORIES ${hbsan_LIB_DIR}/../../include)
endif()
